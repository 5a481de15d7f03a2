/** Limits how many tasks run at once. */
import { firstOf } from './wait.ts';

/**
 * Lets a limited number of tasks run at once. Other tasks wait in order of arrival, and a waiting task can be
 * cancelled. The limit can be lowered while tasks run.
 */
export class Gate {
  #capacity: number;
  #inside = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get inside(): number {
    return this.#inside;
  }

  get isFull(): boolean {
    return this.#inside >= this.#capacity;
  }

  /** True when tasks wait for a place. */
  get isAwaited(): boolean {
    return this.#waiting.length > 0;
  }

  /** Waits for a place. Returns false when `signal` aborted first; the caller then must not call `leave`. */
  async enter(signal: AbortSignal): Promise<boolean> {
    if (signal.aborted) return false;
    if (this.#inside < this.#capacity) {
      this.#inside++;
      return true;
    }
    let letIn = (): void => {};
    const admitted = new Promise<void>((resolve) => {
      letIn = resolve;
    });
    this.#waiting.push(letIn);
    const first = await firstOf(admitted, { timeoutMs: Number.POSITIVE_INFINITY, signal });
    if (first.kind === 'ended') return true;
    const place = this.#waiting.indexOf(letIn);
    // This task got its place at the moment of the cancellation, so the place goes to the next task.
    if (place === -1) this.leave();
    else this.#waiting.splice(place, 1);
    return false;
  }

  leave(): void {
    this.#inside--;
    this.#admit();
  }

  /** Lowers the limit for new tasks. Tasks that already have a place continue. */
  shrinkTo(capacity: number): void {
    this.#capacity = Math.max(1, Math.min(this.#capacity, capacity));
  }

  /** Removes the limit. */
  open(): void {
    this.#capacity = Number.POSITIVE_INFINITY;
    this.#admit();
  }

  #admit(): void {
    while (this.#inside < this.#capacity) {
      const next = this.#waiting.shift();
      if (!next) return;
      this.#inside++;
      next();
    }
  }
}
