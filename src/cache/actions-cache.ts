/**
 * The Actions cache as a log of small entries that only this program writes. An entry is stored as plain bytes without
 * an archive. The service accepts any blob, so `tar` and `zstd` are not needed. The `version` of an entry is a hash
 * that only this program uses. No call throws, prints, or runs longer than its limit. This program cannot delete
 * entries. GitHub evicts entries that were not read for a week, and the oldest entries when the cache of the repository
 * is full.
 */
import { createHash } from 'node:crypto';
import type { EntryShape } from './blob.ts';
import { within } from './limit.ts';
import { type CacheRuntime, type RunnerEnvironment, readCacheRuntime } from './runtime.ts';
import type { Absent, ActionsCache, Trouble } from './types.ts';

export interface CacheLimits {
  /** Time limit of a whole `find`, including repetitions. */
  readonly findMs: number;
  /** Time limit of a whole `save`, including reading back. */
  readonly saveMs: number;
  /** Pauses before repetitions of a call that got no usable answer. */
  readonly pausesMs: readonly number[];
}

export const CACHE_LIMITS: CacheLimits = { findMs: 5_000, saveMs: 15_000, pausesMs: [200, 800] };

export interface CacheOptions {
  readonly env: RunnerEnvironment;
  /** Address of GitHub. Empty when the address is unknown. */
  readonly server: string;
  readonly shape: EntryShape;
  /** Default: `CACHE_LIMITS`. */
  readonly limits?: CacheLimits;
}

/** Reads only the environment. The client loads with the first call, which also contacts the service. */
export function openActionsCache({ env, server, shape, limits = CACHE_LIMITS }: CacheOptions): ActionsCache | Absent {
  const runtime = readCacheRuntime(env, server);
  if (runtime.kind === 'absent') return runtime;
  const version = createHash('sha256').update(`maand|${shape.format}`).digest('hex');
  const { findMs, saveMs, pausesMs } = limits;
  const entries = async () => (await import('./entries.ts')).openEntries({ runtime, shape, version, pausesMs });
  return {
    kind: 'open',
    mayWrite: runtime.mayWrite,
    find: async ({ prefixes, signal }) => {
      if (!runtime.mayRead) return { kind: 'denied', reason: 'the cache mode of this workflow allows no reading' };
      const opened = await entries();
      return within({ ms: findMs, signal }, (bound) => opened.find(prefixes, bound));
    },
    save: async ({ newKey, bytes, signal }) => {
      const refusal = refuseSave(runtime);
      if (refusal !== undefined) return refusal;
      const opened = await entries();
      return within({ ms: saveMs, signal }, (bound) => opened.save({ newKey, bytes }, bound));
    },
  };
}

/**
 * Refuses a save before anything is sent: a save that the service would refuse, or a save that could not be read back.
 */
function refuseSave({ mayRead, mayWrite }: CacheRuntime): Trouble | undefined {
  if (mayWrite === 'no') return { kind: 'denied', reason: 'this run may only read the cache' };
  if (!mayRead) return { kind: 'denied', reason: 'the cache mode of this workflow allows no reading back' };
  return undefined;
}
