/**
 * Reads the store for the key/value functions of one rendering. Provides the names of the namespaces of the rendering
 * job and its worker.
 */
import { fromBytes, toBytes } from '../go-text/bytes.ts';
import type { RenderInput } from '../input.ts';
import { CallFailure } from './call-failure.ts';

export type OnMissing = 'fail' | 'empty';

/** Returns `maand/job/<job>`. */
export const namespaceOfJob = (job: string): string => `maand/job/${job}`;

/**
 * Reads the store. Namespaces are texts; keys and values are byte strings (see bytes.ts). The getters `own…` return the
 * namespaces of the rendering job and worker. These getters throw a `CallFailure` when the data has no field with the
 * name of the job or worker.
 */
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

  /**
   * Returns the value as a byte string. Throws a `CallFailure` when the key is missing and `onMissing` is `fail`, or
   * when the key cannot be read.
   */
  read(namespace: string, keyBytes: string, onMissing: OnMissing): string {
    const key = fromBytes(keyBytes);
    const found = this.#input.kv.get(namespace, key);
    switch (found.kind) {
      case 'found':
        return toBytes(found.value);
      case 'missing':
        if (onMissing === 'empty') return '';
        if (found.hint !== undefined) throw new CallFailure(toBytes(`key not found: it was removed, ${found.hint}`));
        throw new CallFailure('key not found or deleted', { namespace, key });
      case 'unreadable':
      case 'undecryptable':
        throw new CallFailure(toBytes(found.message));
    }
  }

  /** Returns the keys, sorted. Throws a `CallFailure` when the namespace may not be read. */
  keys(namespace: string): readonly string[] {
    const found = this.#input.kv.keys(namespace);
    if (found.kind === 'unreadable') throw new CallFailure(toBytes(found.message));
    return found.keys.map(toBytes).sort((a, b) => (a < b ? -1 : 1));
  }

  /**
   * Returns the value of a data field that is part of a namespace. Throws a `CallFailure` when the field is missing.
   */
  #identity(field: 'Job' | 'WorkerIP'): string {
    const value = this.#input.data[field];
    if (typeof value !== 'string') throw new CallFailure(`not available here: the data has no .${field}`);
    return value;
  }
}
