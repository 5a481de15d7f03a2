const EVERY_MS = 2000;

/** Says every two seconds how many certificates there are, so that long work is seen to go on. */
export class Progress {
  readonly #total: number;
  readonly #notice: (message: string) => void;
  #done = 0;
  #saidMs = performance.now();

  constructor(total: number, notice: (message: string) => void) {
    this.#total = total;
    this.#notice = notice;
  }

  step(): void {
    this.#done++;
    const now = performance.now();
    if (this.#done === this.#total || now - this.#saidMs < EVERY_MS) return;
    this.#saidMs = now;
    this.#notice(`certificates: ${this.#done} of ${this.#total} made`);
  }
}
