/**
 * The fence: a number that each worker keeps and that increases with every lock. Every command that changes a worker
 * carries the number of its run's lock. The worker refuses a number that is lower than its own, so a run that lost its
 * lock without noticing changes nothing any more.
 */
import type { Fence } from '../transport/guarded-workers.ts';
import type { WorkerAddress } from '../transport/port.ts';
import type { Search } from './find-state/search.ts';
import type { HeldLock } from './held-lock.ts';
import { answeredIn, knownWorkers } from './holders/choose-holders.ts';
import type { Sighting } from './holders/sighting.ts';
import { fenceGuard, forgetLine, markOf } from './worker-script.ts';

/** Returns the highest fence that any of the workers has seen. */
export function highestFence(sightings: readonly Sighting[]): number {
  return Math.max(0, ...sightings.map(({ fence }) => fence));
}

/** Returns the lines that a run with this fence puts before every change of a worker. */
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
   * Whether another run lost the lock without releasing it. Then that run is fenced off on all workers, otherwise only
   * on those that this run has locked.
   */
  readonly isReplacing: boolean;
}

/**
 * Sets the fence of a new lock on all workers that this run has locked. Every later run shares a worker with this
 * majority and takes the next higher number. A worker that fails here is not used for the rest of the run, and does not
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

/** Raises the fence above every lock that was ever given, so that workers refuse every run that has one of them. */
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
