/** Collects the output of a rendering. */
import { LARGEST_TEXT_BYTES } from '../limits.ts';

const USUAL_BYTES = 64 * 1024;
/** Up to this size, a loop is faster than the methods of Node's `Buffer`. */
const SHORT_BYTES = 64;

/** A buffer that the next rendering reuses, so that most renderings allocate memory only for their result. */
let spare: Buffer | undefined;

/** The output that was written so far. Texts are byte strings (see bytes.ts). */
export class Output {
  #bytes = spare ?? Buffer.allocUnsafe(USUAL_BYTES);
  #length = 0;

  constructor() {
    spare = undefined;
  }

  /** Appends the bytes from `start` to `end`. Returns false when the output would be too large. */
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

  /** Appends a text. Returns false when the output would be too large. */
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

  /** Returns the whole output. Nothing may be written after this call. */
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
