/**
 * Reads the answer of a worker to the `look` script, line by line: the description of its state, and the bytes of a
 * snapshot.
 */
import { snapshotDigest } from '../../state/snapshot.ts';
import { LARGEST_SNAPSHOT_BYTES } from '../../state/snapshot-header.ts';
import type { WorkerSight } from '../find-state/sights.ts';
import { parseSighting } from './sighting.ts';

/** Maximum number of lines. No worker has thousands of buckets. */
const MOST_LINES = 10_000;

/** Characters of the longest answer: a snapshot in hexadecimal form, and the description of the state. */
export const MOST_ANSWER_CHARS = 4 * LARGEST_SNAPSHOT_BYTES;

export class LookAnswer {
  readonly #lines: string[] = [];
  readonly #bytes: Buffer[] = [];

  #sizeBytes = 0;

  /** Adds a line. Only a line that begins with a space contains hex bytes. Lines beyond the limits are dropped. */
  add(line: string): void {
    if (!line.startsWith(' ')) {
      if (this.#lines.length < MOST_LINES) this.#lines.push(line);
      return;
    }
    const bytes = bytesOf(line);
    this.#sizeBytes += bytes.length;
    if (this.#sizeBytes <= LARGEST_SNAPSHOT_BYTES) this.#bytes.push(bytes);
  }

  sight(host: string): WorkerSight {
    try {
      return { kind: 'answered', sighting: parseSighting(host, this.#lines.join('\n')) };
    } catch (thrown) {
      if (!(thrown instanceof RangeError)) throw thrown;
      return { kind: 'silent', host, reason: thrown.message };
    }
  }

  /** The snapshot as it arrived. Its digest shows whether it is the expected snapshot. */
  get snapshot(): { readonly digest: string; readonly bytes: Buffer } | undefined {
    if (this.#bytes.length === 0) return undefined;
    const bytes = Buffer.concat(this.#bytes);
    return { digest: snapshotDigest(bytes), bytes };
  }
}

/** Decodes one line of `od -An -v -tx1`. */
export function bytesOf(line: string): Buffer {
  return Buffer.from(line.replaceAll(' ', ''), 'hex');
}
