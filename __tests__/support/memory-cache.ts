/** The copy of the state in the Actions cache, simulated in memory by the rules of its service. It can be out of order. */

import { cacheKeyPrefix, newCacheKey } from '../../src/cache/cache-key.ts';
import type { CacheAnswer, CacheCopy } from '../../src/state-fleet/cache-copy.ts';
import type { CacheEntries } from './cache-entries.ts';
import type { RunFate } from './run-fate.ts';

export interface MemoryCacheOptions {
  readonly entries: CacheEntries;
  readonly fate: RunFate;
  readonly name: string;
  readonly keys: readonly Buffer[];
  readonly ref: string;
  readonly runId: string;
  /** With `lags`, a lookup does not find the newest entry. */
  readonly mood: 'well' | 'lags' | 'out of order';
}

const DEFAULT_BRANCH = 'refs/heads/main';
const version = 'one';

export function openMemoryCache(options: MemoryCacheOptions): CacheCopy {
  const { entries, fate, name, keys, ref, runId, mood } = options;
  const [key = Buffer.alloc(0)] = keys;
  const scopes = [...new Set([ref, DEFAULT_BRANCH])].map((Scope) => ({ Scope, Permission: Scope === ref ? 3 : 1 }));
  return {
    readOnly: undefined,
    find: () =>
      fate.step(async (): Promise<CacheAnswer> => {
        if (mood === 'out of order') return { kind: 'unknown', reason: 'status 503' };
        const prefixes = keys.map((one) => cacheKeyPrefix({ key: one, name }));
        const match = entries.look({ scopes, keys: prefixes, version, skip: mood === 'lags' ? 1 : 0 });
        return match?.bytes ? { kind: 'found', bytes: match.bytes } : { kind: 'none' };
      }),
    newKey: ({ lineage, serial }) => newCacheKey({ key, name, lineage, serial, runId, attempt: 1 }),
    save: ({ lineage, serial, bytes }) =>
      fate.step(async () => {
        if (mood === 'out of order') return 'status 503';
        const entryKey = newCacheKey({ key, name, lineage, serial, runId, attempt: 1 });
        entries.plant({ scope: ref, key: entryKey, version, bytes });
        return undefined;
      }),
  };
}
