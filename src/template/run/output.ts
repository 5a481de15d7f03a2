/** What a rendering has written so far. */
import { LARGEST_TEXT_BYTES } from '../limits.ts';

const USUAL_BYTES = 64 * 1024;
/** Up to here a loop is faster than a call of Node's. */
const SHORT_BYTES = 64;

/** Waits for the next rendering, so that most of them need no memory but for their result. */
let spare: Buffer | undefined;

/** Texts are byte strings (see bytes.ts). */
export class Output {
  #bytes = spare ?? Buffer.allocUnsafe(USUAL_BYTES);
  #length = 0;

  constructor() {
    spare = undefined;
  }

  /** Appends the bytes from `start` to `end`. False: that would be too large. */
  copy(source: Buffer, start: number, end: number): boolean {
    const size = end - start;
    if (!this.#hasRoom(size)) return false;
    const bytes = this.#bytes;
    let at = this.#length;
    if (size > SHORT_BYTES) source.copy(bytes, at, start, end);
    else for (let from = start; from < end; from++) bytes[at++] = source[from] as number;
    this.#length += size;
    return true;
  }

  /** Appends a text. False: that would be too large. */
  write(text: string): boolean {
    const size = text.length;
    if (!this.#hasRoom(size)) return false;
    const bytes = this.#bytes;
    const at = this.#length;
    if (size > SHORT_BYTES) bytes.write(text, at, 'latin1');
    else for (let from = 0; from < size; from++) bytes[at + from] = text.charCodeAt(from);
    this.#length += size;
    return true;
  }

  /** All of it; nothing can be written afterwards. */
  finish(): Buffer {
    const written = Buffer.from(this.#bytes.subarray(0, this.#length));
    if (this.#bytes.length === USUAL_BYTES) spare = this.#bytes;
    return written;
  }

  #hasRoom(size: number): boolean {
    const needed = this.#length + size;
    return needed <= this.#bytes.length || this.#grow(needed);
  }

  #grow(needed: number): boolean {
    if (needed > LARGEST_TEXT_BYTES) return false;
    const larger = Buffer.allocUnsafe(Math.max(needed, Math.min(2 * this.#bytes.length, LARGEST_TEXT_BYTES)));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
    return true;
  }
}
