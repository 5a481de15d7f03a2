/** Remembers which hosts could not be reached, so that a dead worker is waited for only once. */
import type { TransportProblem } from '../port.ts';

/**
 * How long a failure is remembered. `run`: until the end of the run, or until a hook has run, because a hook may repair
 * the host. `phase`: until the next phase, or until a hook has run. `never`: not at all.
 */
export type Memory = 'run' | 'phase' | 'never';

/** A moment between two phases or hooks. */
export interface Moment {
  readonly phase: number;
  readonly hook: number;
}

export class DialMemory {
  readonly #failures = new Map<string, { readonly problem: TransportProblem; readonly memory: Memory }>();
  #now: Moment = { phase: 0, hook: 0 };

  /** The present moment. A failure that began earlier may be out of date. */
  get now(): Moment {
    return this.#now;
  }

  /** Returns the remembered failure of a host. Returns `undefined` when the host may be dialled. */
  find(id: string): TransportProblem | undefined {
    return this.#failures.get(id)?.problem;
  }

  /** Remembers a failure of work that began at `since`. Does nothing when the failure is out of date. */
  note(
    id: string,
    problem: TransportProblem,
    { memory, since }: { readonly memory: Memory; readonly since: Moment },
  ): void {
    if (memory !== 'never' && this.isFresh(memory, since)) this.#failures.set(id, { problem, memory });
  }

  /** Returns whether a failure of work that began at `since` still counts. */
  isFresh(memory: Memory, { phase, hook }: Moment): boolean {
    return hook === this.#now.hook && (memory === 'run' || phase === this.#now.phase);
  }

  nextPhase(): void {
    this.#now = { ...this.#now, phase: this.#now.phase + 1 };
    for (const [id, { memory }] of this.#failures) if (memory === 'phase') this.#failures.delete(id);
  }

  afterHook(): void {
    this.#now = { ...this.#now, hook: this.#now.hook + 1 };
    this.#failures.clear();
  }
}
