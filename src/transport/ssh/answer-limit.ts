/** Limits how long a worker may leave a request of the SSH protocol unanswered. */

/**
 * Counts the time since a request, or since the last moment at which an upload over the same connection made progress.
 * On a slow line, a request waits behind the bytes of the upload.
 */
export class AnswerLimit {
  readonly #limitMs: number;
  readonly #lastProgressMs: () => number;
  readonly #onLate: () => void;
  #timer: NodeJS.Timeout | undefined;
  #sinceMs = 0;

  /** `lastProgressMs` and the time of a request are read from `performance.now()`. */
  constructor(
    limitMs: number,
    { lastProgressMs, onLate }: { readonly lastProgressMs: () => number; readonly onLate: () => void },
  ) {
    this.#limitMs = limitMs;
    this.#lastProgressMs = lastProgressMs;
    this.#onLate = onLate;
  }

  /** Starts to wait for the answer to a new request. */
  start(): void {
    this.stop();
    this.#sinceMs = performance.now();
    this.#arm(this.#limitMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #arm(ms: number): void {
    this.#timer = setTimeout(() => {
      const leftMs = Math.max(this.#sinceMs, this.#lastProgressMs()) + this.#limitMs - performance.now();
      if (leftMs > 1) this.#arm(leftMs);
      else this.#onLate();
    }, ms);
  }
}
