/** Decodes lines of Base64 or hex into bytes as the lines arrive. */
export class BlobReader {
  readonly #onBytes: (bytes: Buffer) => void;
  #form: 'base64' | 'hex' = 'base64';

  constructor(onBytes: (bytes: Buffer) => void) {
    this.#onBytes = onBytes;
  }

  /** Decodes one line. Returns `ended` for the dot that follows the last line. */
  take(line: string): 'more' | 'ended' {
    if (line === '.') return 'ended';
    if (line === 'hex') this.#form = 'hex';
    else this.#onBytes(Buffer.from(line.replaceAll(' ', ''), this.#form));
    return 'more';
  }
}
