/** The key/value store of a bucket, in memory, with the history of every key. */
import { compareText } from '../base/order.ts';

/** One row of a key's history. `at` is Unix seconds. */
export interface KvVersion {
  readonly value: string;
  readonly version: number;
  readonly deleted?: true;
  readonly at: number;
}

/** namespace → key → versions, oldest first: how the store is kept in the state document. */
export type KvHistory = Readonly<Record<string, Readonly<Record<string, readonly KvVersion[]>>>>;

const KEPT_VERSIONS = 8;
const SECONDS_PER_DAY = 86_400;

/**
 * Strings by namespace and key, with versions: every change adds a version, writing an equal value adds none.
 * `putExact` keeps values as given, `put` trims them. The store does not know who may read or write: `access.ts` does.
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

  /** Grows with every change; equal revisions of one store mean equal contents. */
  get revision(): number {
    return this.#revision;
  }

  /** The revision that its newest row came with; 0 for what was there from the start. */
  revisionOf(namespace: string, key: string): number {
    const row = this.latest(namespace, key);
    return (row && this.#revisions.get(row)) ?? 0;
  }

  /** The newest row, deleted or not. */
  latest(namespace: string, key: string): KvVersion | undefined {
    return this.#namespaces.get(namespace)?.get(key)?.at(-1);
  }

  /** The value, or undefined when the key is missing or deleted. */
  get(namespace: string, key: string): string | undefined {
    const row = this.latest(namespace, key);
    return row === undefined || row.deleted ? undefined : row.value;
  }

  /** The value, or the one before it was deleted; undefined when history has none. */
  lastValue(namespace: string, key: string): string | undefined {
    return this.#namespaces
      .get(namespace)
      ?.get(key)
      ?.findLast(({ deleted }) => !deleted)?.value;
  }

  /** Live keys, bytewise sorted. */
  keys(namespace: string): string[] {
    const rows = this.#namespaces.get(namespace) ?? new Map<string, KvVersion[]>();
    return [...rows.keys()].filter((key) => !rows.get(key)?.at(-1)?.deleted).sort(compareText);
  }

  /** Every namespace that ever held a key, bytewise sorted. */
  namespaces(): string[] {
    return [...this.#namespaces.keys()].sort(compareText);
  }

  /** Every key that ever was, deleted ones too, bytewise sorted. */
  allKeys(namespace: string): string[] {
    return [...(this.#namespaces.get(namespace)?.keys() ?? [])].sort(compareText);
  }

  /** Stores the trimmed value; answers whether that changed anything. */
  put(namespace: string, key: string, value: string): boolean {
    return this.putExact(namespace, key, value.trim());
  }

  /** As `put`, without trimming. */
  putExact(namespace: string, key: string, value: string): boolean {
    if (this.get(namespace, key) === value) return false;
    this.#append(namespace, key, { value });
    return true;
  }

  /** Marks a key as deleted; false when there is nothing to delete. */
  delete(namespace: string, key: string): boolean {
    if (this.get(namespace, key) === undefined) return false;
    this.#append(namespace, key, { value: '', deleted: true });
    return true;
  }

  /** Makes the namespace hold exactly `values`; keys for which `keep` answers true are never deleted. */
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
   * Drops old versions of keys whose newest version is older than `retainDays`: of a deleted key all, of others all but
   * the last 8. Returns how many it dropped.
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

  /** A plain value to store; sorted, so that equal stores give equal bytes. */
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
