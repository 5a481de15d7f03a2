/** Keeps the key/value store of a bucket in memory, with the history of every key. */
import { compareText } from '../base/order.ts';

/** One row of the history of a key. `at` is in Unix seconds. */
export interface KvVersion {
  readonly value: string;
  readonly version: number;
  readonly deleted?: true;
  readonly at: number;
}

/** Maps namespace → key → versions, oldest first. The state document keeps the store in this form. */
export type KvHistory = Readonly<Record<string, Readonly<Record<string, readonly KvVersion[]>>>>;

const KEPT_VERSIONS = 8;
const SECONDS_PER_DAY = 86_400;

/**
 * Stores strings by namespace and key, with versions. Every change adds a version; writing an equal value adds none.
 * `put` trims values, and `putExact` does not. The store checks no access rules; `access.ts` does.
 */
export class KvStore {
  readonly #namespaces = new Map<string, Map<string, KvVersion[]>>();
  readonly #nowSeconds: () => number;
  #revision = 0;
  readonly #revisions = new WeakMap<KvVersion, number>();

  constructor(history: KvHistory, nowSeconds: () => number) {
    this.#nowSeconds = nowSeconds;
    for (const [namespace, keys] of Object.entries(history)) {
      const rows = new Map<string, KvVersion[]>();
      for (const [key, versions] of Object.entries(keys)) rows.set(key, [...versions]);
      this.#namespaces.set(namespace, rows);
    }
  }

  /** The revision grows with every change. Equal revisions of one store mean equal content. */
  get revision(): number {
    return this.#revision;
  }

  /** Returns the revision at which the newest row was added, or 0 when the row was loaded or is missing. */
  revisionOf(namespace: string, key: string): number {
    const row = this.latest(namespace, key);
    return (row && this.#revisions.get(row)) ?? 0;
  }

  /** Returns the newest row, even if it marks the key as deleted. */
  latest(namespace: string, key: string): KvVersion | undefined {
    return this.#namespaces.get(namespace)?.get(key)?.at(-1);
  }

  /** Returns the value, or undefined when the key is missing or deleted. */
  get(namespace: string, key: string): string | undefined {
    const row = this.latest(namespace, key);
    return row === undefined || row.deleted ? undefined : row.value;
  }

  /**
   * Returns the value of the key. Returns its last value when the key is deleted, and undefined when the history has no
   * value.
   */
  lastValue(namespace: string, key: string): string | undefined {
    return this.#namespaces
      .get(namespace)
      ?.get(key)
      ?.findLast(({ deleted }) => !deleted)?.value;
  }

  /** Returns the keys that are not deleted, sorted by UTF-8 bytes. */
  keys(namespace: string): string[] {
    const rows = this.#namespaces.get(namespace) ?? new Map<string, KvVersion[]>();
    return [...rows.keys()].filter((key) => !rows.get(key)?.at(-1)?.deleted).sort(compareText);
  }

  /** Returns every namespace in the history, including namespaces with only deleted keys. Sorted by UTF-8 bytes. */
  namespaces(): string[] {
    return [...this.#namespaces.keys()].sort(compareText);
  }

  /** Returns every key in the history, including deleted keys. Sorted by UTF-8 bytes. */
  allKeys(namespace: string): string[] {
    return [...(this.#namespaces.get(namespace)?.keys() ?? [])].sort(compareText);
  }

  /** Stores the trimmed value. Returns whether this changed the value. */
  put(namespace: string, key: string, value: string): boolean {
    return this.putExact(namespace, key, value.trim());
  }

  /** Stores the value without trimming it. Returns whether this changed the value. */
  putExact(namespace: string, key: string, value: string): boolean {
    if (this.get(namespace, key) === value) return false;
    this.#append(namespace, key, { value });
    return true;
  }

  /** Marks a key as deleted. Returns false when there is nothing to delete. */
  delete(namespace: string, key: string): boolean {
    if (this.get(namespace, key) === undefined) return false;
    this.#append(namespace, key, { value: '', deleted: true });
    return true;
  }

  /**
   * Writes `values` and deletes every key of the namespace that is not in `values`. Keys for which `keep` returns true
   * are not deleted.
   */
  sync(
    namespace: string,
    values: Readonly<Record<string, string>>,
    keep: (key: string) => boolean = () => false,
  ): void {
    for (const [key, value] of Object.entries(values)) this.put(namespace, key, value);
    for (const key of this.keys(namespace)) {
      if (!Object.hasOwn(values, key) && !keep(key)) this.delete(namespace, key);
    }
  }

  /** Deletes every key of the namespace. */
  clear(namespace: string): void {
    this.sync(namespace, {});
  }

  /**
   * Drops versions of keys whose newest version is older than `retainDays` days. A deleted key loses all versions; a
   * key that is not deleted keeps its last 8 versions. Returns the number of dropped versions.
   */
  purge(retainDays: number): number {
    let dropped = 0;
    const before = this.#nowSeconds() - retainDays * SECONDS_PER_DAY;
    for (const [namespace, rows] of this.#namespaces) {
      for (const [key, versions] of rows) {
        const newest = versions.at(-1);
        if (newest === undefined || newest.at >= before) continue;
        const kept = newest.deleted ? [] : versions.slice(-KEPT_VERSIONS);
        dropped += versions.length - kept.length;
        if (kept.length === 0) rows.delete(key);
        else if (kept.length < versions.length) rows.set(key, kept);
      }
      if (rows.size === 0) this.#namespaces.delete(namespace);
    }
    return dropped;
  }

  /** Returns the store as plain data. The data is sorted, so that equal stores give equal bytes. */
  toHistory(): KvHistory {
    const entries = this.namespaces().map((namespace) => {
      const rows = this.#namespaces.get(namespace);
      return [namespace, Object.fromEntries(this.allKeys(namespace).map((key) => [key, [...(rows?.get(key) ?? [])]]))];
    });
    return Object.fromEntries(entries) as KvHistory;
  }

  #append(namespace: string, key: string, row: { value: string; deleted?: true }): void {
    const rows = this.#namespaces.get(namespace) ?? new Map<string, KvVersion[]>();
    this.#namespaces.set(namespace, rows);
    const versions = rows.get(key) ?? [];
    const version = { ...row, version: (versions.at(-1)?.version ?? 0) + 1, at: this.#nowSeconds() };
    versions.push(version);
    rows.set(key, versions);
    this.#revisions.set(version, ++this.#revision);
  }
}
