/** What the key/value functions of one rendering read: the store as bytes, and the namespaces of the job and worker themselves. */
import { fromBytes, toBytes } from '../go-text/bytes.ts';
import type { RenderInput } from '../input.ts';
import { CallFailure } from './call-failure.ts';

export type OnMissing = 'fail' | 'empty';

/** `maand/job/<job>`. */
export const namespaceOfJob = (job: string): string => `maand/job/${job}`;

/** Namespaces are texts, keys and values bytes. A namespace of one's own is named once, and refused where the data does not name it. */
export class KvReading {
  readonly #input: RenderInput;
  #ownJob: string | undefined;
  #ownWorker: string | undefined;
  #ownAllocation: string | undefined;
  #ownSecrets: string | undefined;

  constructor(input: RenderInput) {
    this.#input = input;
  }

  get ownJob(): string {
    this.#ownJob ??= namespaceOfJob(this.#identity('Job'));
    return this.#ownJob;
  }

  get ownWorker(): string {
    this.#ownWorker ??= `maand/worker/${this.#identity('WorkerIP')}`;
    return this.#ownWorker;
  }

  get ownAllocation(): string {
    this.#ownAllocation ??= `${this.ownJob}/worker/${this.#identity('WorkerIP')}`;
    return this.#ownAllocation;
  }

  get ownSecrets(): string {
    this.#ownSecrets ??= `secrets/job/${this.#identity('Job')}`;
    return this.#ownSecrets;
  }

  /** Throws `CallFailure`. */
  read(namespace: string, keyBytes: string, onMissing: OnMissing): string {
    const key = fromBytes(keyBytes);
    const found = this.#input.kv.get(namespace, key);
    switch (found.kind) {
      case 'found':
        return toBytes(found.value);
      case 'missing':
        if (onMissing === 'empty') return '';
        if (found.hint !== undefined) throw new CallFailure(toBytes(`key not found: it is gone, ${found.hint}`));
        throw new CallFailure('key not found or deleted', { namespace, key });
      case 'unreadable':
      case 'undecryptable':
        throw new CallFailure(toBytes(found.message));
    }
  }

  /** Sorted. Throws `CallFailure`. */
  keys(namespace: string): readonly string[] {
    const found = this.#input.kv.keys(namespace);
    if (found.kind === 'unreadable') throw new CallFailure(toBytes(found.message));
    return found.keys.map(toBytes).sort((a, b) => (a < b ? -1 : 1));
  }

  /** A field of the data that names a namespace. */
  #identity(field: 'Job' | 'WorkerIP'): string {
    const value = this.#input.data[field];
    if (typeof value !== 'string') throw new CallFailure(`not available here: the data has no .${field}`);
    return value;
  }
}
