/**
 * Keeps temporary changes on top of a store. Reads of the draft return the changes, but the store itself never changes.
 */
import { compareText } from '../base/order.ts';
import type { KvSource } from './reads.ts';
import type { KvStore } from './store.ts';

/** The methods that read a store and change single keys. */
export type KvEditor = Pick<KvStore, 'get' | 'keys' | 'put' | 'putExact' | 'delete'>;

export class KvDraft implements KvEditor, KvSource {
  readonly #store: KvSource;
  /** Maps namespace → key → value. The value undefined means that the key is deleted. */
  readonly #changes = new Map<string, Map<string, string | undefined>>();
  #changed = 0;

  constructor(store: KvSource) {
    this.#store = store;
  }

  /** The revision grows with every change of the draft or of the store. */
  get revision(): number {
    return this.#store.revision + this.#changed;
  }

  get(namespace: string, key: string): string | undefined {
    const changes = this.#changes.get(namespace);
    return changes?.has(key) ? changes.get(key) : this.#store.get(namespace, key);
  }

  keys(namespace: string): string[] {
    const changes = this.#changes.get(namespace);
    if (changes === undefined) return this.#store.keys(namespace);
    const all = new Set([...this.#store.keys(namespace), ...changes.keys()]);
    return [...all].filter((key) => this.get(namespace, key) !== undefined).sort(compareText);
  }

  /** Stores the trimmed value, as `KvStore.put` does. Returns whether this changed the value. */
  put(namespace: string, key: string, value: string): boolean {
    return this.putExact(namespace, key, value.trim());
  }

  putExact(namespace: string, key: string, value: string): boolean {
    if (this.get(namespace, key) === value) return false;
    return this.#change(namespace, key, value);
  }

  delete(namespace: string, key: string): boolean {
    if (this.get(namespace, key) === undefined) return false;
    return this.#change(namespace, key, undefined);
  }

  #change(namespace: string, key: string, value: string | undefined): boolean {
    const changes = this.#changes.get(namespace) ?? new Map<string, string | undefined>();
    this.#changes.set(namespace, changes.set(key, value));
    this.#changed++;
    return true;
  }
}
