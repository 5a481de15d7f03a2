/** Opens the copy of the state in the Actions cache. */
import { openActionsCache } from '../cache/actions-cache.ts';
import type { EntryShape } from '../cache/blob.ts';
import { cacheKeyPrefix, newCacheKey } from '../cache/cache-key.ts';
import type { Absent, FindOutcome } from '../cache/types.ts';
import type { Sealed } from '../state/snapshot-header.ts';
import { LARGEST_SNAPSHOT_BYTES, SNAPSHOT_MAGIC, type SnapshotWriter } from '../state/snapshot-header.ts';
import type { CacheAnswer, CacheCopy } from '../state-fleet/cache-copy.ts';

export interface CacheRequest {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Address of GitHub. Empty when the address is unknown. */
  readonly server: string;
  readonly name: string;
  /** State keys. Entries that an older key sealed are also searched under the names of that key. */
  readonly keys: readonly Buffer[];
  readonly writer: Pick<SnapshotWriter, 'runId' | 'attempt'>;
}

/** The format, first bytes and size limit of every entry of this program. */
export const SNAPSHOT_SHAPE: EntryShape = {
  format: 'maand-snapshot-1',
  magic: SNAPSHOT_MAGIC,
  largestBytes: LARGEST_SNAPSHOT_BYTES,
};

/** Returns the copy of the state in the Actions cache, or the reason why this run has no copy. */
export function openCacheCopy({ env, server, name, keys, writer }: CacheRequest): CacheCopy | Absent {
  const cache = openActionsCache({ env, server, shape: SNAPSHOT_SHAPE });
  if (cache.kind === 'absent') return cache;
  const [key] = keys;
  if (key === undefined) throw new Error('a cache without a key');
  const newKey = ({ lineage, serial }: Sealed) => newCacheKey({ key, name, lineage, serial, ...writer });
  return {
    readOnly: cache.mayWrite === 'no' ? 'its token is for reading only' : undefined,
    find: async (signal) => {
      const outcome = await cache.find({ prefixes: keys.map((one) => cacheKeyPrefix({ key: one, name })), signal });
      return toAnswer(outcome);
    },
    newKey,
    save: async (sealed, signal) => {
      const outcome = await cache.save({ newKey: () => newKey(sealed), bytes: sealed.bytes, signal });
      return outcome.kind === 'saved' ? undefined : outcome.reason;
    },
  };
}

function toAnswer(outcome: FindOutcome): CacheAnswer {
  if (outcome.kind === 'none') return { kind: 'none' };
  if (outcome.kind === 'found') return { kind: 'found', bytes: outcome.bytes };
  return { kind: 'unknown', reason: outcome.reason };
}
