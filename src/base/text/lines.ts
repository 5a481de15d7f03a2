/** Splits a stream of bytes into lines, in bounded memory. */

const LONGEST_LINE_CHARS = 16 * 1024;

/**
 * Splits chunks of UTF-8 into lines and calls `onLine` with each line. A line is cut after 16,384 characters; a note at
 * its end says how many characters are missing. Bytes that are not valid UTF-8 become U+FFFD. A final `\r` is removed.
 */
export class LineSplitter {
  readonly #onLine: (line: string) => void;
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  #line = '';
  #droppedChars = 0;

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  push(chunk: Uint8Array): void {
    this.#take(this.#decoder.decode(chunk, { stream: true }));
  }

  /** Ends the stream. If the last line has no line break, `onLine` is called with it now. */
  end(): void {
    this.#take(this.#decoder.decode());
    if (this.#line !== '' || this.#droppedChars > 0) this.#give();
  }

  #take(text: string): void {
    let from = 0;
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', from)) {
      this.#append(text, from, at);
      this.#give();
      from = at + 1;
    }
    this.#append(text, from, text.length);
  }

  #append(text: string, from: number, to: number): void {
    const room = LONGEST_LINE_CHARS - this.#line.length;
    this.#line += text.slice(from, Math.min(to, from + room));
    this.#droppedChars += Math.max(0, to - from - room);
  }

  #give(): void {
    const cut = this.#droppedChars > 0;
    const line = cut ? `${this.#line} [… ${this.#droppedChars} more characters]` : this.#line.replace(/\r$/, '');
    this.#line = '';
    this.#droppedChars = 0;
    this.#onLine(line);
  }
}
