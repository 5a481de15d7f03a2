/**
 * Decides what happens to a run in this process at one of its steps outside of the process. The run can be cancelled or
 * killed. It can lose the network for some steps. It can pause while another run goes from its start to its end, or pause so
 * long that the other run takes over its lock.
 */
export interface Fate {
  readonly kind:
    | 'lives'
    | 'is cancelled'
    | 'is killed before a step'
    | 'is killed after a step'
    | 'is cut off'
    | 'is paused'
    | 'is overtaken';
  /** The number of the step, or the name of a step; the first step with that name counts. */
  readonly at: number | string;
}

export const LIVES: Fate = { kind: 'lives', at: 0 };

/** Number of steps during which a run without a network reaches no worker. */
const STEPS_CUT_OFF = 6;

export class RunFate {
  readonly #fate: Fate;
  readonly #meanwhile: () => Promise<void>;
  readonly #cancel = new AbortController();
  readonly #underWay = new Set<Promise<unknown>>();
  readonly #died: Promise<'died'>;
  readonly #whenOver: (() => Promise<unknown>)[] = [];
  #steps = 0;
  #hasMet = false;
  #isDead = false;
  #cutOffUntil = -1;
  #pause: Promise<void> | undefined;
  #die: () => void = () => {};

  /** Creates the fate of a run. `meanwhile` runs while the run is paused. */
  constructor(fate: Fate, meanwhile: () => Promise<void> = async () => {}) {
    this.#fate = fate;
    this.#meanwhile = meanwhile;
    this.#died = new Promise((resolve) => {
      this.#die = () => resolve('died');
    });
  }

  get signal(): AbortSignal {
    return this.#cancel.signal;
  }

  get isCutOff(): boolean {
    return this.#steps <= this.#cutOffUntil;
  }

  /**
   * Whether another run has taken over the lock. In that case the data of this run is old, and none of its effects may take
   * place.
   */
  get wasOvertaken(): boolean {
    return this.#hasMet && this.#fate.kind === 'is overtaken';
  }

  /**
   * Carries out one effect outside of the process. A dead process receives no result, but an effect that has started runs to
   * its end.
   */
  async step<T>(work: () => Promise<T>, name?: string): Promise<T> {
    while (this.#pause) await this.#pause;
    if (this.#isDead) return new Promise<T>(() => {});
    const isTheOne = this.#isTheOne(name);
    if (isTheOne) await this.#meet();
    if (this.#isDead) return new Promise<T>(() => {});
    const working = work();
    this.#underWay.add(working);
    const [settled] = await Promise.allSettled([working]);
    this.#underWay.delete(working);
    if (isTheOne && this.#fate.kind === 'is killed after a step') this.#end();
    if (this.#isDead) return new Promise<T>(() => {});
    if (settled.status === 'rejected') throw settled.reason;
    return settled.value;
  }

  /** Registers work that runs after the run has ended or died, even when the run still waits for something. */
  whenOver(act: () => Promise<unknown>): void {
    this.#whenOver.push(act);
  }

  /**
   * Returns the result of the run, or `died`. When the run died, the returned promise waits for all effects that had started.
   */
  async of<T>(running: Promise<T>): Promise<T | 'died'> {
    running.catch(() => {});
    const ending = await Promise.race([running, this.#died]);
    while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay);
    await Promise.all(this.#whenOver.map((act) => act()));
    return ending;
  }

  #isTheOne(name: string | undefined): boolean {
    const { at } = this.#fate;
    this.#steps++;
    if (this.#hasMet || (at !== this.#steps && at !== name)) return false;
    this.#hasMet = true;
    return true;
  }

  async #meet(): Promise<void> {
    const { kind } = this.#fate;
    if (kind === 'is cancelled') this.#cancel.abort();
    if (kind === 'is killed before a step') this.#end();
    if (kind === 'is cut off') this.#cutOffUntil = this.#steps + STEPS_CUT_OFF;
    if (kind !== 'is paused' && kind !== 'is overtaken') return;
    this.#pause = this.#sleep();
    await this.#pause;
    this.#pause = undefined;
  }

  /**
   * Pauses the run. The effects that have started on workers end during the pause; the run receives their results afterwards.
   */
  async #sleep(): Promise<void> {
    await Promise.allSettled(this.#underWay);
    await this.#meanwhile();
  }

  /** Ends the run as if its process were killed. Its child processes end with it. */
  #end(): void {
    this.#isDead = true;
    this.#cancel.abort();
    this.#die();
  }
}
