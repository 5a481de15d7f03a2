/** Limits the errors in a row that are told: the third is the last one until a deploy succeeds. */

const REPORTED = 3;
const HIGHEST_COUNT = 1000;
const LAST_WORDS = '⚠️ No more error notifications will be sent until errors are resolved.';

/** Counts errors until the next success. */
export class ErrorLimit {
  #count = 0;

  /** Whether the last that was heard is an error. */
  get isFailing(): boolean {
    return this.#count > 0;
  }

  /** The text to be sent, undefined for none any more. */
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
