/** What becomes of a run in this process: nothing, a cancel, or a kill, at its n-th step outside of itself. */
export interface Fate {
  readonly kind: 'lives' | 'is cancelled' | 'is killed before a step' | 'is killed after a step';
  readonly atStep: number;
}

export class RunFate {
  readonly #fate: Fate;
  readonly #cancel = new AbortController();
  readonly #underWay = new Set<Promise<unknown>>();
  readonly #died: Promise<'died'>;
  readonly #whenOver: (() => Promise<unknown>)[] = [];
  #steps = 0;
  #isDead = false;
  #die: () => void = () => {};

  constructor(fate: Fate) {
    this.#fate = fate;
    this.#died = new Promise((resolve) => {
      this.#die = () => resolve('died');
    });
  }

  get signal(): AbortSignal {
    return this.#cancel.signal;
  }

  /** One effect outside of the process. A dead process never hears how it went, but what had begun ends. */
  async step<T>(work: () => Promise<T>): Promise<T> {
    const { kind, atStep } = this.#fate;
    if (this.#isDead) return new Promise<T>(() => {});
    const isTheOne = ++this.#steps === atStep;
    if (isTheOne && kind === 'is cancelled') this.#cancel.abort();
    if (isTheOne && kind === 'is killed before a step') return this.#end();
    const working = work();
    this.#underWay.add(working);
    const [settled] = await Promise.allSettled([working]);
    this.#underWay.delete(working);
    if (isTheOne && kind === 'is killed after a step') return this.#end();
    if (this.#isDead) return new Promise<T>(() => {});
    if (settled.status === 'rejected') throw settled.reason;
    return settled.value;
  }

  /** Happens when the run has ended or died, whatever it still waits for. */
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

  #end(): Promise<never> {
    this.#isDead = true;
    this.#die();
    return new Promise(() => {});
  }
}
