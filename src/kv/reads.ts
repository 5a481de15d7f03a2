/** What was read from a store, kept so that it can be told later whether the same questions still have the same answers. */
import type { KvStore } from './store.ts';

/** The reading half of a store. */
export type KvReader = Pick<KvStore, 'get' | 'keys'>;

/** The same, with the number that grows with every change. */
export type KvSource = KvReader & Pick<KvStore, 'revision'>;

/** Reads through to a store and remembers each answer; values are shared with the store, never copied. */
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

  /** Whether every question that was asked has the same answer in `store`. */
  holdIn(store: KvReader): boolean {
    for (const [namespace, values] of this.#values) {
      for (const [key, value] of values) if (store.get(namespace, key) !== value) return false;
    }
    for (const [namespace, keys] of this.#listings) if (JSON.stringify(store.keys(namespace)) !== keys) return false;
    return true;
  }
}
