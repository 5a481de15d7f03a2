/**
 * What becomes of a run in this process, at one of its steps outside of itself: nothing; a cancel; a kill; a network that is gone
 * for a while; a pause in which another run goes from its beginning to its end; or one so long that the other takes its place.
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
  /** The n-th of its steps, or the first that has this name. */
  readonly at: number | string;
}

export const LIVES: Fate = { kind: 'lives', at: 0 };

/** Number of steps in which a run without network reaches nobody. */
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

  /** `meanwhile`: what the world does while the run is paused. */
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

  /** Whether another run has been in its place: what it believes is old then, and nothing of it may take effect. */
  get wasOvertaken(): boolean {
    return this.#hasMet && this.#fate.kind === 'is overtaken';
  }

  /** Runs one effect outside of the process. A dead process gets no result, but an effect that had begun runs to its end. */
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

  /** Resolves when the run has ended or died, whatever it still waits for. */
  whenOver(act: () => Promise<unknown>): void {
    this.#whenOver.push(act);
  }

  /** How the run ended; when it died, not before everything that it had begun has ended. */
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

  /** What was under way on workers ends; a stopped process hears of it only when it goes on. */
  async #sleep(): Promise<void> {
    await Promise.allSettled(this.#underWay);
    await this.#meanwhile();
  }

  /** Its children end with it. */
  #end(): void {
    this.#isDead = true;
    this.#cancel.abort();
    this.#die();
  }
}
