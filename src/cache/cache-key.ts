/**
 * Builds the names of entries in the Actions cache (docs/state-design.md). Everyone who may open a pull request can
 * list the names, so the names must not reveal anything.
 */
import { createHmac, randomBytes } from 'node:crypto';
import { deriveKey } from '../state/keys.ts';

const FIRST_PART = 'maand-state-1';
const HASH_CHARS = 32;
const LINEAGE_CHARS = 8;
const NONCE_BYTES = 6;
const KEY = /^maand-state-1\/([0-9a-f]{32})\/([0-9a-f]{8})\/(\d{1,15})-(.+)-(\d{1,9})-([0-9a-f]{12})$/;

export interface CacheKeyParts {
  readonly nameHash: string;
  /** First characters of the bucket id. */
  readonly lineage8: string;
  readonly serial: number;
  readonly runId: string;
  readonly attempt: number;
}

export interface CacheKeyRequest {
  /** The state key that seals the snapshot. */
  readonly key: Buffer;
  readonly name: string;
  readonly lineage: string;
  readonly serial: number;
  readonly runId: string;
  readonly attempt: number;
}

/**
 * Returns a key that was never used before, not even for the same snapshot. When the answer to a reservation is lost,
 * its key can already be in use.
 */
export function newCacheKey(request: CacheKeyRequest): string {
  const run = request.runId.replace(/[^A-Za-z0-9_.-]/g, '_') || '_'; // a comma would make the key invalid
  const nonce = randomBytes(NONCE_BYTES).toString('hex');
  return `${cacheKeyPrefix(request)}${run}-${request.attempt}-${nonce}`;
}

/** Returns the common prefix of all keys of the same snapshot. Needs no state key. */
export function snapshotPrefixOf(key: string): string {
  return key.slice(0, key.indexOf('-', key.lastIndexOf('/')) + 1);
}

/** Returns another unused key for the same snapshot. */
export function freshCacheKey(key: string): string {
  return key.slice(0, -2 * NONCE_BYTES) + randomBytes(NONCE_BYTES).toString('hex');
}

export interface CachePrefixRequest {
  readonly key: Buffer;
  readonly name: string;
  readonly lineage?: string;
  /** Allowed only together with `lineage`. */
  readonly serial?: number;
}

/**
 * Returns the common prefix of the keys of a state. `lineage` and `serial` make the prefix longer. The prefix ends with
 * a delimiter.
 */
export function cacheKeyPrefix({ key, name, lineage, serial }: CachePrefixRequest): string {
  const hash = createHmac('sha256', deriveKey(key, 'cache names')).update(name).digest('hex').slice(0, HASH_CHARS);
  const state = `${FIRST_PART}/${hash}/`;
  if (lineage === undefined) return state;
  const ofLineage = `${state}${lineage.slice(0, LINEAGE_CHARS)}/`;
  return serial === undefined ? ofLineage : `${ofLineage}${serial}-`;
}

/** Returns the parts of a key that `newCacheKey` made. Returns `undefined` for any other key. */
export function parseCacheKey(key: string): CacheKeyParts | undefined {
  const [, nameHash, lineage8, serial, runId, attempt] = KEY.exec(key) ?? [];
  if (nameHash === undefined || lineage8 === undefined || runId === undefined) return undefined;
  return { nameHash, lineage8, serial: Number(serial), runId, attempt: Number(attempt) };
}
