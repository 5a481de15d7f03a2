/** Draws the status line at the bottom of a terminal. */
import { durationText } from '../report/duration.ts';
import { clip } from '../report/log/phrases.ts';

/** The members of a TTY that this module uses. `process.stderr` has them. */
export interface TerminalScreen {
  write(text: string): unknown;
  readonly columns?: number | undefined;
}

const TICK_MS = 1000;
const CLEAR = '\r\u001b[2K';

/** Keeps one status line at the bottom of a terminal up to date. Other lines are printed above it. */
export class LiveLine implements Disposable {
  readonly #screen: TerminalScreen;
  readonly #startedMs = performance.now();
  readonly #timer: NodeJS.Timeout;
  #text = '';
  #drawn = false;

  constructor(screen: TerminalScreen) {
    this.#screen = screen;
    this.#timer = setInterval(() => this.#draw(''), TICK_MS);
    this.#timer.unref();
  }

  /** Prints whole lines above the status line and redraws the status line. An empty status is not shown. */
  show(lines: string, status: string): void {
    this.#text = status;
    this.#draw(lines);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.show('', '');
  }

  #draw(lines: string): void {
    const clear = this.#drawn ? CLEAR : '';
    this.#drawn = this.#text !== '';
    const elapsed = durationText(Math.floor((performance.now() - this.#startedMs) / 1000) * 1000);
    const columns = (this.#screen.columns ?? 80) - 1;
    const status = this.#drawn ? clip(`${this.#text} · ${elapsed}`, columns) : '';
    const text = `${clear}${lines}${status}`;
    if (text !== '') this.#screen.write(text);
  }
}
