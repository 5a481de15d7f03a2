/** Finds where the real output of a remote script begins, and the process ids that are printed before it. */
import { randomBytes } from 'node:crypto';
import { OutputTail } from './output-tail.ts';

const LONGEST_MARKER_BYTES = 128;
/** Text of start-up files that is accepted before the script begins. */
export const LONGEST_PREAMBLE_BYTES = 1024 * 1024;

/**
 * Returns a random word. Remote scripts of this program print the word on a separate line before their real output.
 * Text before that line comes from start-up files of the login shell, from `sudo`, or from a shell that refuses to
 * work.
 */
export function newToken(): string {
  return `maand-${randomBytes(8).toString('hex')}`;
}

/**
 * Removes all text up to the end of the line `<token> ready <pid>` from one stream. Collects the process ids of this
 * line and of earlier lines `<token> pid <pid>`.
 */
export class Preamble {
  readonly #markers: RegExp;
  readonly #noise = new OutputTail();
  readonly #groupIds = new Set<number>();
  #window = Buffer.alloc(0);
  #receivedBytes = 0;
  #isReady = false;

  constructor(token: string) {
    this.#markers = new RegExp(`\\n${token} (pid|ready) (\\d+)\\n`, 'g');
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  /** True when more text was printed before the script than start-up files may print. */
  get isFlooded(): boolean {
    return !this.#isReady && this.#receivedBytes > LONGEST_PREAMBLE_BYTES;
  }

  /** Ids of the remote command's process groups that are known so far. */
  get groupIds(): readonly number[] {
    return [...this.#groupIds];
  }

  /** Returns the part of `chunk` after the `ready` line. Returns `undefined` while that line has not arrived. */
  take(chunk: Buffer): Buffer | undefined {
    if (this.#isReady) return chunk;
    this.#receivedBytes += chunk.length;
    this.#window = Buffer.concat([this.#window, chunk]);
    // Latin-1 has one character per byte, so an index in the text is also an index in the bytes.
    for (const found of this.#window.toString('latin1').matchAll(this.#markers)) {
      const id = Number(found[2]);
      // A signal to group 0 or 1 would reach processes outside the command.
      if (id > 1) this.#groupIds.add(id);
      if (found[1] === 'ready') return this.#start(found.index + found[0].length);
    }
    this.#dropAllBut(LONGEST_MARKER_BYTES);
    return undefined;
  }

  /** Returns the text that was printed before the `ready` line, without the lines that announce process ids. */
  noise(): string {
    this.#dropAllBut(0);
    return this.#noise.text().replace(this.#markers, '\n').trim();
  }

  #start(at: number): Buffer {
    this.#isReady = true;
    const rest = this.#window.subarray(at);
    this.#window = Buffer.alloc(0);
    return rest;
  }

  #dropAllBut(bytes: number): void {
    const excess = Math.max(0, this.#window.length - bytes);
    if (excess === 0) return;
    this.#noise.push(this.#window.subarray(0, excess));
    this.#window = this.#window.subarray(excess);
  }
}
