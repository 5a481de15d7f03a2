/** Records reads of a store. A later check shows whether the same reads would still return the same values. */
import type { KvStore } from './store.ts';

/** The methods that only read a store. */
export type KvReader = Pick<KvStore, 'get' | 'keys'>;

/** A readable store with a revision. The revision grows with every change. */
export type KvSource = KvReader & Pick<KvStore, 'revision'>;

/** Reads from a store and records each result. Values are shared with the store, not copied. */
export class KvReads implements KvReader {
  readonly #store: KvReader;
  readonly #values = new Map<string, Map<string, string | undefined>>();
  readonly #listings = new Map<string, string>();

  constructor(store: KvReader) {
    this.#store = store;
  }

  get(namespace: string, key: string): string | undefined {
    const value = this.#store.get(namespace, key);
    const values = this.#values.get(namespace) ?? new Map<string, string | undefined>();
    this.#values.set(namespace, values.set(key, value));
    return value;
  }

  keys(namespace: string): string[] {
    const keys = this.#store.keys(namespace);
    this.#listings.set(namespace, JSON.stringify(keys));
    return keys;
  }

  /** Returns whether every recorded read has the same result in `store`. */
  holdIn(store: KvReader): boolean {
    for (const [namespace, values] of this.#values) {
      for (const [key, value] of values) if (store.get(namespace, key) !== value) return false;
    }
    for (const [namespace, keys] of this.#listings) if (JSON.stringify(store.keys(namespace)) !== keys) return false;
    return true;
  }
}
