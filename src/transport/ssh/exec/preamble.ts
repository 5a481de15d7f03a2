/** Finds where the output of a remote script begins, and the process id that it announces. */
import { randomBytes } from 'node:crypto';
import { OutputTail } from './output-tail.ts';

const LONGEST_MARKER_BYTES = 128;

/**
 * A word that our remote scripts print on a line of its own before anything that counts. What stands before that line comes
 * from start-up files of the login shell, from `sudo`, or from a shell that refuses to work.
 */
export function newToken(): string {
  return `maand-${randomBytes(8).toString('hex')}`;
}

/**
 * Cuts what precedes the line `<token> ready <pid>` off one stream, and learns process ids from it and from `<token> pid <pid>`,
 * which comes before.
 */
export class Preamble {
  readonly #markers: RegExp;
  readonly #noise = new OutputTail();
  readonly #groupIds = new Set<number>();
  #window = Buffer.alloc(0);
  #isReady = false;

  constructor(token: string) {
    this.#markers = new RegExp(`\\n${token} (pid|ready) (\\d+)\\n`, 'g');
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  /** The process groups of the remote command, as far as it has told. */
  get groupIds(): readonly number[] {
    return [...this.#groupIds];
  }

  /** What of `chunk` follows the marker; undefined while the marker has not come. */
  take(chunk: Buffer): Buffer | undefined {
    if (this.#isReady) return chunk;
    this.#window = Buffer.concat([this.#window, chunk]);
    // One character a byte, so that indexes fit.
    for (const found of this.#window.toString('latin1').matchAll(this.#markers)) {
      const id = Number(found[2]);
      // To signal group 0 or 1 would be to signal more than the command.
      if (id > 1) this.#groupIds.add(id);
      if (found[1] === 'ready') return this.#start(found.index + found[0].length);
    }
    this.#dropAllBut(LONGEST_MARKER_BYTES);
    return undefined;
  }

  /** What was printed instead of, or before, the markers. */
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
