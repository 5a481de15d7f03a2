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
 * Stores strings by namespace and key, with versions: every change adds a version, and writing an equal value adds
 * none. `putExact` keeps values as given, `put` trims them. The store does not check who may read or write; `access.ts`
 * does.
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

  /** Grows with every change; equal revisions of one store mean equal content. */
  get revision(): number {
    return this.#revision;
  }

  /** Returns the revision at which the newest row was added; 0 for a row that was loaded. */
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

  /** Returns the value, or for a deleted key its last value; undefined when the history has none. */
  lastValue(namespace: string, key: string): string | undefined {
    return this.#namespaces
      .get(namespace)
      ?.get(key)
      ?.findLast(({ deleted }) => !deleted)?.value;
  }

  /** Returns the keys that are not deleted, sorted bytewise. */
  keys(namespace: string): string[] {
    const rows = this.#namespaces.get(namespace) ?? new Map<string, KvVersion[]>();
    return [...rows.keys()].filter((key) => !rows.get(key)?.at(-1)?.deleted).sort(compareText);
  }

  /** Returns every namespace that ever held a key, sorted bytewise. */
  namespaces(): string[] {
    return [...this.#namespaces.keys()].sort(compareText);
  }

  /** Returns every key that ever existed, including deleted ones, sorted bytewise. */
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

  /** Makes the namespace hold exactly `values`; keys for which `keep` returns true are never deleted. */
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
   * Drops old versions of keys whose newest version is older than `retainDays`: all versions of a deleted key, and all
   * but the last 8 of other keys. Returns how many versions it dropped.
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

  /** Returns the store as a plain value, sorted, so that equal stores give equal bytes. */
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
