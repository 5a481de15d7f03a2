/**
 * Handles stdout and stderr of one script: splits the text into lines, removes terminal escapes, masks secrets, and
 * limits the size. Even for endless output or an endless line, the memory use is limited.
 */
import { StringDecoder } from 'node:string_decoder';
import { plainText } from '../../base/text/terminal-text.ts';

export type OutputStream = 'stdout' | 'stderr';

/** Maximum number of characters of one line that are shown. */
const LINE_LIMIT = 256 * 1024;
/**
 * Number of characters that are kept beyond the limit. A secret that crosses the limit is then masked before the line
 * is cut.
 */
const LOOKAHEAD = 64 * 1024;
/**
 * Maximum number of characters of one process that are reported while the process runs. Later output only updates the
 * tails.
 */
const LIVE_LIMIT = 8 * 1024 * 1024;
/** Number of characters at the end of each stream that are kept for the record. */
const TAIL_LIMIT = 64 * 1024;

export interface OutputOptions {
  readonly mask: (text: string) => string;
  readonly onLine: (line: string, stream: OutputStream) => void;
}

/** Lines and tails of both streams of a process. */
export class ProcessOutput {
  readonly #options: OutputOptions;
  readonly #streams: Readonly<Record<OutputStream, { readonly lines: LineSplitter; readonly tail: Tail }>>;
  #reported = 0;

  constructor(options: OutputOptions) {
    this.#options = options;
    this.#streams = { stdout: this.#open('stdout'), stderr: this.#open('stderr') };
  }

  push(stream: OutputStream, chunk: Buffer): void {
    this.#streams[stream].lines.push(chunk);
  }

  /** Ends the output: text after the last line break becomes a line. */
  end(): void {
    this.#streams.stdout.lines.end();
    this.#streams.stderr.lines.end();
  }

  /** Returns the last lines of a stream, masked. A mark shows that earlier lines were dropped. */
  tail(stream: OutputStream): string {
    return this.#options.mask(this.#streams[stream].tail.text());
  }

  #open(stream: OutputStream): { readonly lines: LineSplitter; readonly tail: Tail } {
    const tail = new Tail();
    const lines = new LineSplitter((raw, droppedCount) => {
      for (const line of this.#clean(raw, droppedCount)) {
        tail.add(line);
        this.#report(line, stream);
      }
    });
    return { lines, tail };
  }

  /**
   * Splits a raw line at carriage returns. A terminal would overwrite the earlier text, but a log shows all parts. When
   * the end of the line was dropped, the kept characters beyond the limit are dropped too, because they may end in the
   * middle of a secret.
   */
  #clean(raw: string, droppedCount: number): string[] {
    const parts = this.#options.mask(raw).split('\r');
    const shown = parts.filter((part, index) => part !== '' || index === 0).map((part) => this.#plain(part));
    const text = shown.join('\n');
    if (droppedCount === 0) return shown.map((line) => (line.length > LINE_LIMIT ? cut(line) : line));
    const lines = text.slice(0, Math.max(0, text.length - LOOKAHEAD)).split('\n');
    return [...lines.slice(0, -1), cut(lines.at(-1) ?? '')];
  }

  /**
   * Removes terminal escapes. Masks again, because an escape in the middle of a secret hides the secret from the first
   * masking.
   */
  #plain(text: string): string {
    const plain = plainText(text);
    return plain === text ? text : this.#options.mask(plain);
  }

  #report(line: string, stream: OutputStream): void {
    if (this.#reported > LIVE_LIMIT) return;
    this.#reported += line.length + 1;
    if (this.#reported <= LIVE_LIMIT) this.#options.onLine(line, stream);
    else this.#options.onLine(`… [output cut after ${LIVE_LIMIT / 1024 / 1024} MiB]`, stream);
  }
}

function cut(line: string): string {
  return `${line.slice(0, LINE_LIMIT)} … [line cut: longer than ${LINE_LIMIT / 1024} KiB]`;
}

/** Splits bytes into lines of text; invalid UTF-8 becomes U+FFFD. Only the beginning of a very long line is kept. */
class LineSplitter {
  readonly #decoder = new StringDecoder('utf8');
  readonly #onLine: (line: string, droppedCount: number) => void;
  #held = '';
  #droppedCount = 0;

  constructor(onLine: (line: string, droppedCount: number) => void) {
    this.#onLine = onLine;
  }

  push(chunk: Buffer): void {
    this.#split(this.#decoder.write(chunk));
  }

  end(): void {
    this.#split(this.#decoder.end());
    if (this.#held !== '') this.#flush();
  }

  #split(text: string): void {
    let start = 0;
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
      this.#hold(text.slice(start, end));
      this.#flush();
      start = end + 1;
    }
    this.#hold(text.slice(start));
  }

  #hold(part: string): void {
    const room = LINE_LIMIT + LOOKAHEAD - this.#held.length;
    this.#held += part.slice(0, room);
    this.#droppedCount += Math.max(0, part.length - room);
  }

  #flush(): void {
    const [line, droppedCount] = [this.#held, this.#droppedCount];
    this.#held = '';
    this.#droppedCount = 0;
    this.#onLine(line, droppedCount);
  }
}

/** Keeps the last lines that fit into the limit. */
class Tail {
  #lines: string[] = [];
  #first = 0;
  #length = 0;
  #cut = false;

  add(line: string): void {
    this.#lines.push(line);
    this.#length += line.length + 1;
    while (this.#length > TAIL_LIMIT) this.#dropFirst();
  }

  text(): string {
    const text = this.#lines.slice(this.#first).join('\n');
    return this.#cut ? `[earlier output cut] …\n${text}` : text;
  }

  #dropFirst(): void {
    const first = this.#lines[this.#first] ?? '';
    this.#cut = true;
    this.#length -= first.length + 1;
    if (this.#lines.length - this.#first > 1) this.#lines[this.#first++] = '';
    else this.#lines[this.#first] = this.#keepEnd(first);
    if (this.#first > 1024) {
      this.#lines = this.#lines.slice(this.#first);
      this.#first = 0;
    }
  }

  #keepEnd(line: string): string {
    const kept = line.slice(1 - TAIL_LIMIT);
    this.#length += kept.length + 1;
    return kept;
  }
}
