/**
 * Makes the names of entries in the Actions cache (docs/state-design.md). Everybody who may open a pull request can
 * list the names, so they reveal nothing.
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
 * Returns a key that was never used before, not even for the same snapshot: a reservation whose answer got lost uses up
 * its key.
 */
export function newCacheKey(request: CacheKeyRequest): string {
  const run = request.runId.replace(/[^A-Za-z0-9_.-]/g, '_') || '_'; // a comma would make it invalid
  const nonce = randomBytes(NONCE_BYTES).toString('hex');
  return `${cacheKeyPrefix(request)}${run}-${request.attempt}-${nonce}`;
}

/** Returns what all keys of the same snapshot begin with. Needs no state key. */
export function snapshotPrefixOf(key: string): string {
  return key.slice(0, key.indexOf('-', key.lastIndexOf('/')) + 1);
}

/** Returns another key of the same snapshot that was never used before. */
export function freshCacheKey(key: string): string {
  return key.slice(0, -2 * NONCE_BYTES) + randomBytes(NONCE_BYTES).toString('hex');
}

export interface CachePrefixRequest {
  readonly key: Buffer;
  readonly name: string;
  readonly lineage?: string;
  /** Only with `lineage`. */
  readonly serial?: number;
}

/**
 * Returns what the keys of a state begin with, narrowed to a lineage and a serial when these are given. The prefix ends
 * with a delimiter.
 */
export function cacheKeyPrefix({ key, name, lineage, serial }: CachePrefixRequest): string {
  const hash = createHmac('sha256', deriveKey(key, 'cache names')).update(name).digest('hex').slice(0, HASH_CHARS);
  const state = `${FIRST_PART}/${hash}/`;
  if (lineage === undefined) return state;
  const ofLineage = `${state}${lineage.slice(0, LINEAGE_CHARS)}/`;
  return serial === undefined ? ofLineage : `${ofLineage}${serial}-`;
}

/** Returns the parts of a key that `newCacheKey` made, and undefined for any other key. */
export function parseCacheKey(key: string): CacheKeyParts | undefined {
  const [, nameHash, lineage8, serial, runId, attempt] = KEY.exec(key) ?? [];
  if (nameHash === undefined || lineage8 === undefined || runId === undefined) return undefined;
  return { nameHash, lineage8, serial: Number(serial), runId, attempt: Number(attempt) };
}
