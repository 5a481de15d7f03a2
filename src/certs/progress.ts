/** Reports how many certificates a long build has made so far. */

const EVERY_MS = 2000;

/** Reports every two seconds how many certificates were made, so that users see the progress of a long build. */
export class Progress {
  readonly #total: number;
  readonly #notice: (message: string) => void;
  readonly #nowMs: () => number;
  #done = 0;
  #saidMs: number;

  constructor(total: number, notice: (message: string) => void, nowMs: () => number = () => performance.now()) {
    this.#total = total;
    this.#notice = notice;
    this.#nowMs = nowMs;
    this.#saidMs = nowMs();
  }

  step(): void {
    this.#done++;
    const now = this.#nowMs();
    if (this.#done === this.#total || now - this.#saidMs < EVERY_MS) return;
    this.#saidMs = now;
    this.#notice(`certificates: ${this.#done} of ${this.#total} made`);
  }
}
