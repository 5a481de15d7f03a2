/**
 * The fence: a number that each worker keeps and that increases with every lock. Every command that changes a worker
 * contains the fence of its run's lock. The worker refuses a command whose fence is lower than its own. A run that lost
 * its lock without noticing can therefore change nothing more.
 */
import type { Fence } from '../transport/guarded-workers.ts';
import type { WorkerAddress } from '../transport/port.ts';
import type { Search } from './find-state/search.ts';
import type { HeldLock } from './held-lock.ts';
import { answeredIn, knownWorkers } from './holders/choose-holders.ts';
import type { Sighting } from './holders/sighting.ts';
import { fenceGuard, forgetLine, markOf } from './worker-script.ts';

/** Returns the highest fence that any of the workers reported. */
export function highestFence(sightings: readonly Sighting[]): number {
  return Math.max(0, ...sightings.map(({ fence }) => fence));
}

/** Returns the lines that a run with this fence puts before every change on a worker. */
export function fenceOf(fence: number, name: string): Fence {
  const mark = markOf(name);
  return {
    line: ({ root }) => fenceGuard({ root, mark }, fence),
    forget: ({ root }) => forgetLine({ root, mark }),
  };
}

export interface Fencing {
  readonly search: Search;
  readonly signal: AbortSignal;
  /**
   * True when another run lost the lock without releasing it. The new fence is then set on all workers. When false, the
   * fence is set only on the workers that this run has locked.
   */
  readonly isReplacing: boolean;
}

/**
 * Sets the fence of a new lock on all workers that this run has locked. Every later run shares a worker with this
 * majority and takes the next higher number. A worker where this fails is not used for the rest of the run. It does not
 * count when the state is saved.
 */
export async function raiseFences(lock: HeldLock, { search, signal, isReplacing }: Fencing): Promise<void> {
  const behind = answeredIn(lock.state.sights).filter(
    ({ host, fence }) => fence < lock.fence && (isReplacing || lock.hosts.has(host)),
  );
  const known = knownWorkers(lock.state, search.workers);
  const workers = behind.flatMap(({ host }) => known.get(host) ?? []);
  await search.copies.raiseFence(workers, lock.fence, signal);
}

/** Raises the fence above the fence of every earlier lock, so that workers refuse every run that has such a lock. */
export async function fenceAllOff(
  { copies }: Pick<Search, 'copies'>,
  asked: readonly { readonly worker: WorkerAddress; readonly sighting: Sighting }[],
  signal: AbortSignal,
): Promise<void> {
  const fence = highestFence(asked.map(({ sighting }) => sighting)) + 1;
  await copies.raiseFence(
    asked.map(({ worker }) => worker),
    fence,
    signal,
  );
}
