/**
 * Limits the number of reported consecutive errors. After the third error, errors are not reported until a deploy succeeds.
 */

const REPORTED = 3;
const HIGHEST_COUNT = 1000;
const LAST_WORDS = '⚠️ No more error notifications will be sent until errors are resolved.';

/** Counts errors until the next success. */
export class ErrorLimit {
  #count = 0;

  /** Returns whether the latest result is an error. */
  get isFailing(): boolean {
    return this.#count > 0;
  }

  /** Counts an error. Returns the text to send. Returns undefined when the limit was reached by an earlier error. */
  report(error: string): string | undefined {
    this.#count = Math.min(this.#count + 1, HIGHEST_COUNT);
    if (this.#count > REPORTED) return undefined;
    const text = `Error occurred (count: ${this.#count}): ${error}`;
    return this.#count === REPORTED ? `${LAST_WORDS}\n${text}` : text;
  }

  reset(): void {
    this.#count = 0;
  }
}
