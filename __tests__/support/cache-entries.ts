/**
 * The rules of the cache service about entries: scopes, reserved keys, prefixes, versions and quota. The entries are in
 * memory, without HTTP.
 */

export interface CacheEntry {
  readonly id: number;
  /** The ref that the entry belongs to. */
  readonly scope: string;
  readonly key: string;
  readonly version: string;
  /** Contents of the entry. A reserved entry has no contents yet. No lookup finds it, but its key is taken. */
  bytes: Buffer | undefined;
  isFinal: boolean;
}

/** One element of the token's `ac` claim. The permission is 1 to read, 2 to write, or 3 for both. */
export interface TokenScope {
  readonly Scope: string;
  readonly Permission: number;
}

export interface Lookup {
  readonly scopes: readonly TokenScope[];
  /** The key, followed by the restore keys. */
  readonly keys: readonly string[];
  readonly version: string;
  /** Number of newest matches that are skipped, as a delayed index would do. Default: 0. */
  readonly skip?: number;
}

export class CacheEntries {
  readonly #quotaBytes: number;
  #entries: CacheEntry[] = [];
  #lastId = 0;

  constructor(quotaBytes: number) {
    this.#quotaBytes = quotaBytes;
  }

  /** All entries, including reserved ones, oldest first. */
  get all(): readonly CacheEntry[] {
    return this.#entries;
  }

  byId(id: number): CacheEntry | undefined {
    return this.#entries.find((entry) => entry.id === id);
  }

  /** Reserves a key. Returns undefined when the key is taken in this scope, even by an upload that never ended. */
  reserve(identity: Pick<CacheEntry, 'scope' | 'key' | 'version'>): CacheEntry | undefined {
    if (this.#entries.some((entry) => isSame(entry, identity))) return undefined;
    this.#lastId++;
    const entry: CacheEntry = { id: this.#lastId, ...identity, bytes: undefined, isFinal: false };
    this.#entries.push(entry);
    return entry;
  }

  /**
   * Makes an entry visible and returns it. Returns undefined when the entry is not reserved, not uploaded, has another size,
   * or is already visible.
   */
  finalize(identity: Pick<CacheEntry, 'scope' | 'key' | 'version'>, sizeBytes: number): CacheEntry | undefined {
    const entry = this.#entries.find((candidate) => isSame(candidate, identity));
    if (entry?.bytes?.length !== sizeBytes || entry.isFinal) return undefined;
    entry.isFinal = true;
    return entry;
  }

  hasRoom(): boolean {
    return this.#entries.reduce((sum, { bytes }) => sum + (bytes?.length ?? 0), 0) < this.#quotaBytes;
  }

  /**
   * Looks for an entry in each scope, in order. For each key, an entry with exactly this key comes first; otherwise the
   * newest entry whose key starts with it is returned.
   */
  look({ scopes, keys, version, skip = 0 }: Lookup): CacheEntry | undefined {
    for (const { Scope: scope, Permission: bits } of scopes) {
      if ((bits & 1) === 0) continue;
      const seen = this.#entries.filter((entry) => entry.isFinal && entry.scope === scope && entry.version === version);
      const newestFirst = seen.reverse();
      for (const key of keys) {
        const exact = newestFirst.filter((entry) => entry.key === key);
        const begins = newestFirst.filter((entry) => entry.key.startsWith(key) && entry.key !== key);
        const match = [...exact, ...begins][skip];
        if (match) return match;
      }
    }
    return undefined;
  }

  /** Puts a finished entry into a scope. A job with the permission to write can do the same. */
  plant(entry: Pick<CacheEntry, 'scope' | 'key' | 'version'> & { readonly bytes: Buffer }): void {
    const reserved = this.reserve(entry);
    if (reserved === undefined) throw new Error(`${entry.key} is taken`);
    Object.assign(reserved, { bytes: entry.bytes, isFinal: true });
  }

  /** Removes entries, as GitHub does when entries are old or too many. Default: all entries. */
  evict(which: (entry: CacheEntry) => boolean = () => true): void {
    this.#entries = this.#entries.filter((entry) => !which(entry));
  }
}

function isSame(entry: CacheEntry, { scope, key, version }: Pick<CacheEntry, 'scope' | 'key' | 'version'>): boolean {
  return entry.scope === scope && entry.key === key && entry.version === version;
}
