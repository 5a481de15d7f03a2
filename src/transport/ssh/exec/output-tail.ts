/** Keeps the end of a stream of output, in bounded memory. */

const KEPT_BYTES = 64 * 1024;
/** Space for the mark about dropped bytes, so that text and mark together fit into the limit. */
const MARK_BYTES = 64;

/** Keeps the last 64 KiB of a stream. Drops and counts earlier bytes. */
export class OutputTail {
  #chunks: Uint8Array[] = [];
  #keptBytes = 0;
  #droppedBytes = 0;

  push(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
    this.#keptBytes += chunk.length;
    if (this.#keptBytes > 4 * KEPT_BYTES || this.#chunks.length > 1024) this.#compact();
  }

  /**
   * Returns the kept text, with invalid UTF-8 replaced. When bytes were dropped, a mark at the start gives their
   * number.
   */
  text(): string {
    this.#compact();
    const bytes = this.#chunks[0] ?? new Uint8Array();
    if (this.#droppedBytes === 0) return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
    const start = startOfCharacter(bytes, MARK_BYTES);
    const kept = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(start));
    return `[… ${this.#droppedBytes + start} bytes cut]\n${kept}`;
  }

  #compact(): void {
    const all = Buffer.concat(this.#chunks);
    const excess = Math.max(0, all.length - KEPT_BYTES);
    // Copies the bytes, because a view would keep the whole output in memory.
    const kept = excess > 0 ? Buffer.from(all.subarray(excess)) : all;
    this.#droppedBytes += excess;
    this.#chunks = [kept];
    this.#keptBytes = kept.length;
  }
}

function startOfCharacter(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < from + 3 && ((bytes[at] ?? 0) & 0xc0) === 0x80) at++;
  return at;
}
