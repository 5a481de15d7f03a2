/** Lines of Base64 or hex → bytes, as they come. */
export class BlobReader {
  readonly #onBytes: (bytes: Buffer) => void;
  #form: 'base64' | 'hex' = 'base64';

  constructor(onBytes: (bytes: Buffer) => void) {
    this.#onBytes = onBytes;
  }

  /** `ended` for the line behind the last. */
  take(line: string): 'more' | 'ended' {
    if (line === '.') return 'ended';
    if (line === 'hex') this.#form = 'hex';
    else this.#onBytes(Buffer.from(line.replaceAll(' ', ''), this.#form));
    return 'more';
  }
}
