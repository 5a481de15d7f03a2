/** The rules of the cache service about entries: scopes, reserved keys, prefixes, versions, room. In memory, no HTTP. */

export interface CacheEntry {
  readonly id: number;
  /** Ref that it belongs to. */
  readonly scope: string;
  readonly key: string;
  readonly version: string;
  /** Reserved entries have none yet and are seen by nobody, but their key is taken. */
  bytes: Buffer | undefined;
  isFinal: boolean;
}

/** One element of the token's `ac` claim: 1 reads, 2 writes, 3 does both. */
export interface TokenScope {
  readonly Scope: string;
  readonly Permission: number;
}

export interface Lookup {
  readonly scopes: readonly TokenScope[];
  /** The key, then the restore keys. */
  readonly keys: readonly string[];
  readonly version: string;
  /** Number of newest matches that are skipped, as by a delayed index; none by default. */
  readonly skip?: number;
}

export class CacheEntries {
  readonly #quotaBytes: number;
  #entries: CacheEntry[] = [];
  #lastId = 0;

  constructor(quotaBytes: number) {
    this.#quotaBytes = quotaBytes;
  }

  /** Oldest first, reserved ones too. */
  get all(): readonly CacheEntry[] {
    return this.#entries;
  }

  byId(id: number): CacheEntry | undefined {
    return this.#entries.find((entry) => entry.id === id);
  }

  /** Returns undefined when the key is taken in this scope, also by an upload that never ended. */
  reserve(identity: Pick<CacheEntry, 'scope' | 'key' | 'version'>): CacheEntry | undefined {
    if (this.#entries.some((entry) => isSame(entry, identity))) return undefined;
    this.#lastId++;
    const entry: CacheEntry = { id: this.#lastId, ...identity, bytes: undefined, isFinal: false };
    this.#entries.push(entry);
    return entry;
  }

  /** The entry, now visible; undefined when it was not reserved, not uploaded, of another size, or visible already. */
  finalize(identity: Pick<CacheEntry, 'scope' | 'key' | 'version'>, sizeBytes: number): CacheEntry | undefined {
    const entry = this.#entries.find((candidate) => isSame(candidate, identity));
    if (entry?.bytes?.length !== sizeBytes || entry.isFinal) return undefined;
    entry.isFinal = true;
    return entry;
  }

  hasRoom(): boolean {
    return this.#entries.reduce((sum, { bytes }) => sum + (bytes?.length ?? 0), 0) < this.#quotaBytes;
  }

  /** Scope after scope, in each key after key: the entry of that very key, else the newest whose key begins with it. */
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

  /** What a job with the right to write can do: puts a finished entry into a scope. */
  plant(entry: Pick<CacheEntry, 'scope' | 'key' | 'version'> & { readonly bytes: Buffer }): void {
    const reserved = this.reserve(entry);
    if (reserved === undefined) throw new Error(`${entry.key} is taken`);
    Object.assign(reserved, { bytes: entry.bytes, isFinal: true });
  }

  /** Removes entries as GitHub does when they are old or too many; default all. */
  evict(which: (entry: CacheEntry) => boolean = () => true): void {
    this.#entries = this.#entries.filter((entry) => !which(entry));
  }
}

function isSame(entry: CacheEntry, { scope, key, version }: Pick<CacheEntry, 'scope' | 'key' | 'version'>): boolean {
  return entry.scope === scope && entry.key === key && entry.version === version;
}
