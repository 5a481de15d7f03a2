/** Parses the answer to `listScript` into the buckets that are deployed on a worker. */
import { parseWriter, type Writer } from '../sight/worker-facts.ts';
import { BlobReader } from './blob-reader.ts';

export interface DeployedBucket {
  readonly id: string;
  /** `ours`: this program deployed the bucket. `other`: the maand CLI deployed the bucket. */
  readonly layout: 'ours' | 'other';
  readonly workerId: string;
  readonly updateSeq: number;
  /** The state that wrote last; undefined when `worker.json` does not name one. */
  readonly writer: Writer | undefined;
  readonly jobs: readonly { readonly job: string; readonly disabled: boolean }[];
}

export interface WorkerListing {
  readonly buckets: readonly DeployedBucket[];
  /** Bucket id → name of its state. */
  readonly marks: ReadonlyMap<string, string>;
}

/** Receives the lines of the answer one by one. */
export class ListingReader {
  readonly #marks = new Map<string, string>();
  readonly #blobs = new Map<string, Buffer[]>();
  readonly #layouts = new Map<string, 'ours' | 'other'>();
  #bucket = '';
  #blob: BlobReader | undefined;
  #ended = false;

  take(line: string): void {
    if (this.#blob) {
      if (this.#blob.take(line) === 'ended') this.#blob = undefined;
      return;
    }
    const [word = '', first = '', ...rest] = line.split(' ');
    if (word === 'mark') this.#marks.set(first, rest.join(' '));
    if (word === 'bucket') this.#begin(first === 'ours' ? 'ours' : 'other', rest.join(' '));
    if (word === 'worker' || word === 'jobs') this.#open(word);
    if (word === 'end') this.#ended = true;
  }

  /** Returns the listing. Throws a `RangeError` when the answer is incomplete or malformed. */
  finish(): WorkerListing {
    if (!this.#ended) throw new RangeError('its answer is not whole');
    const buckets = [...this.#layouts].map(([id, layout]): DeployedBucket => {
      const { workerId, updateSeq, writer } = readIdentity(this.#parse(`${id} worker`));
      return { id, layout, workerId, updateSeq, writer, jobs: readJobs(this.#parse(`${id} jobs`)) };
    });
    return { buckets, marks: this.#marks };
  }

  #begin(layout: 'ours' | 'other', id: string): void {
    this.#bucket = id;
    this.#layouts.set(id, layout);
  }

  #open(what: string): void {
    const parts: Buffer[] = [];
    this.#blobs.set(`${this.#bucket} ${what}`, parts);
    this.#blob = new BlobReader((bytes) => void parts.push(bytes));
  }

  #parse(name: string): unknown {
    const parts = this.#blobs.get(name);
    if (!parts) return undefined;
    try {
      return JSON.parse(Buffer.concat(parts).toString('utf8'));
    } catch {
      throw new RangeError(`${name.replace(' ', '/')}.json is not JSON`);
    }
  }
}

function readIdentity(json: unknown): Pick<DeployedBucket, 'workerId' | 'updateSeq' | 'writer'> {
  const { worker_id: workerId, update_seq: updateSeq, writer } = (json ?? {}) as Readonly<Record<string, unknown>>;
  const seq = Number.isSafeInteger(updateSeq) ? (updateSeq as number) : 0;
  return {
    workerId: typeof workerId === 'string' ? workerId : '',
    updateSeq: Math.max(0, seq),
    writer: parseWriter(writer),
  };
}

function readJobs(json: unknown): DeployedBucket['jobs'] {
  if (json === undefined) return [];
  if (!Array.isArray(json)) throw new RangeError('its jobs.json is not a list');
  return json.flatMap((row: { readonly job?: unknown; readonly disabled?: unknown } | null) =>
    typeof row?.job === 'string' ? [{ job: row.job, disabled: Boolean(row.disabled) }] : [],
  );
}
