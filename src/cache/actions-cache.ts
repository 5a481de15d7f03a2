/**
 * The Actions cache as a log of small entries that only this program writes. An entry is the bytes themselves: the service
 * takes any blob under any `version`, and ours is a hash of its own, so that no archive is ever packed or unpacked, and
 * neither `tar` nor `zstd` is needed. No call throws, prints, or outlives its limit. There is no way to delete an entry:
 * GitHub evicts those unread for a week, and the oldest when the repository's room is used up.
 */
import { createHash } from 'node:crypto';
import type { EntryShape } from './blob.ts';
import { within } from './limit.ts';
import { type CacheRuntime, type RunnerEnvironment, readCacheRuntime } from './runtime.ts';
import type { Absent, ActionsCache, Trouble } from './types.ts';

export interface CacheLimits {
  /** For a whole `find`, repetitions included. */
  readonly findMs: number;
  /** For a whole `save`, reading back included. */
  readonly saveMs: number;
  /** Before each repetition of a call that brought no usable answer. */
  readonly pausesMs: readonly number[];
}

export const CACHE_LIMITS: CacheLimits = { findMs: 5_000, saveMs: 15_000, pausesMs: [200, 800] };

export interface CacheOptions {
  readonly env: RunnerEnvironment;
  /** Address of GitHub; empty: unknown. */
  readonly server: string;
  readonly shape: EntryShape;
  /** Default: `CACHE_LIMITS`. */
  readonly limits?: CacheLimits;
}

/** Looks at the environment only; the client is loaded, and the service asked, by the first call. */
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

/** Before anything is sent: what the service would refuse, and what could not be read back. */
function refuseSave({ mayRead, mayWrite }: CacheRuntime): Trouble | undefined {
  if (mayWrite === 'no') return { kind: 'denied', reason: 'this run may only read the cache' };
  if (!mayRead) return { kind: 'denied', reason: 'the cache mode of this workflow allows no reading back' };
  return undefined;
}
