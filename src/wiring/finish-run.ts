/**
 * Performs the last steps for a run that was killed: saves its newest snapshot in the cache and releases its lock on
 * the workers.
 */
import { timeoutSignal } from '../base/abort.ts';
import { openActionsCache } from '../cache/actions-cache.ts';
import { freshCacheKey, snapshotPrefixOf } from '../cache/cache-key.ts';
import type { Request } from '../request/request.ts';
import type { RunHandover } from '../state/handover.ts';
import { HolderCopies } from '../state-fleet/holders/holder-copies.ts';
import { type Connecting, Connections } from './connections.ts';
import { SNAPSHOT_SHAPE } from './github-cache.ts';

export interface Finishing {
  readonly handover: RunHandover;
  readonly request: Pick<Request, 'connection'>;
  readonly face: Connecting;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Address of GitHub. Empty when the address is unknown. */
  readonly server: string;
}

const LOCK_MS = 2000;
const CACHE_MS = 4000;

/** Performs both steps at the same time, each with its own time limit. Returns a sentence for each step that failed. */
export async function finishRun(finishing: Finishing): Promise<string[]> {
  const problems = await Promise.all([saveCopy(finishing), giveLockBack(finishing)]);
  return problems.filter((problem) => problem !== undefined);
}

async function saveCopy({ handover, env, server }: Finishing): Promise<string | undefined> {
  const { sealed, cacheKey } = handover;
  if (!sealed || cacheKey === undefined) return undefined;
  const cache = openActionsCache({ env, server, shape: SNAPSHOT_SHAPE });
  if (cache.kind === 'absent') return undefined;
  const signal = timeoutSignal(CACHE_MS);
  const known = await cache.find({ prefixes: [snapshotPrefixOf(cacheKey)], signal });
  if (known.kind === 'found' && known.bytes.equals(sealed.bytes)) return undefined; // the run itself saved this snapshot
  const outcome = await cache.save({ newKey: () => freshCacheKey(cacheKey), bytes: sealed.bytes, signal });
  if (outcome.kind === 'saved') return undefined;
  return `the state (serial ${sealed.serial}) is not in the cache: ${outcome.reason}; the next run heals it from the workers`;
}

async function giveLockBack({ handover, request, face }: Finishing): Promise<string | undefined> {
  const { token, mark, workers, bucketDir, settings, hostKeys } = handover;
  await using connections = new Connections(request, face);
  connections.pin(hostKeys);
  const { parallelWorkers } = settings;
  const transport = connections.open({ bucketDir, settings });
  const copies = new HolderCopies({ transport, mark, parallelWorkers });
  const kept = await copies.release(workers, token, timeoutSignal(LOCK_MS));
  if (kept.length === 0) return undefined;
  return `the lock on ${kept.join(', ')} could not be released in time; it expires within two minutes`;
}
