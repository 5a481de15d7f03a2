/**
 * The Actions cache as a log of small entries that only this program writes. An entry is stored as plain bytes, without
 * an archive: the service accepts any blob, so neither `tar` nor `zstd` is needed. The `version` is a hash that only
 * this program uses. No call throws, prints, or runs longer than its limit. Entries cannot be deleted: GitHub evicts
 * those that nobody read for a week, and the oldest ones when the cache of the repository is full.
 */
import { createHash } from 'node:crypto';
import type { EntryShape } from './blob.ts';
import { within } from './limit.ts';
import { type CacheRuntime, type RunnerEnvironment, readCacheRuntime } from './runtime.ts';
import type { Absent, ActionsCache, Trouble } from './types.ts';

export interface CacheLimits {
  /** Limit of a whole `find`, repetitions included. */
  readonly findMs: number;
  /** Limit of a whole `save`, reading back included. */
  readonly saveMs: number;
  /** Pauses before the repetitions of a call that got no usable answer. */
  readonly pausesMs: readonly number[];
}

export const CACHE_LIMITS: CacheLimits = { findMs: 5_000, saveMs: 15_000, pausesMs: [200, 800] };

export interface CacheOptions {
  readonly env: RunnerEnvironment;
  /** Address of GitHub; empty when it is unknown. */
  readonly server: string;
  readonly shape: EntryShape;
  /** Default: `CACHE_LIMITS`. */
  readonly limits?: CacheLimits;
}

/** Reads only the environment. The first call loads the client and asks the service. */
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

/** Refuses a save before anything is sent: one that the service would refuse, or one that could not be read back. */
function refuseSave({ mayRead, mayWrite }: CacheRuntime): Trouble | undefined {
  if (mayWrite === 'no') return { kind: 'denied', reason: 'this run may only read the cache' };
  if (!mayRead) return { kind: 'denied', reason: 'the cache mode of this workflow allows no reading back' };
  return undefined;
}
