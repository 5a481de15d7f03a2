/** Draws the status line at the bottom of a terminal. */
import { durationText } from '../report/duration.ts';
import { clip } from '../report/log/phrases.ts';

/** The part of a TTY that is needed; `process.stderr` fits. */
export interface TerminalScreen {
  write(text: string): unknown;
  readonly columns?: number | undefined;
}

const TICK_MS = 1000;
const CLEAR = '\r\u001b[2K';

/** Keeps one line at the bottom of a terminal up to date while other lines are printed above it. */
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

  /** Prints whole lines above the status and redraws the status. An empty status is not shown. */
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
