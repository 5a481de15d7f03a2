/** Chooses the workers that hold the state. Finds their addresses, and which of them vote. */
import { compareText } from '../../base/order.ts';
import type { WorkerAddress } from '../../transport/port.ts';
import type { Found, Nothing, Search } from '../find-state/search.ts';
import type { WorkerSight } from '../find-state/sights.ts';
import type { Sighting } from './sighting.ts';

/**
 * Returns the hosts that must agree: the holders that the state records. Before the first state, these are the first
 * workers. After an operator's decision, only hosts that answer count, because the other hosts are permanently lost.
 */
export function holdersOf(
  state: Found | Nothing,
  { workers, overrides }: Pick<Search, 'workers' | 'overrides'>,
): readonly string[] {
  if (overrides?.acceptUnproven) {
    const answered = new Set(answeredIn(state.sights).map(({ host }) => host));
    return chooseHolders(
      [],
      workers.filter(({ host }) => answered.has(host)),
    );
  }
  const recorded = state.kind === 'found' ? (state.document.holders ?? []) : [];
  return recorded.length > 0 ? recorded : chooseHolders([], workers);
}

const MOST_HOLDERS = 7;

/**
 * Returns up to seven holders, sorted. Earlier holders take precedence. More copies would make every save more
 * expensive but not safer.
 */
export function chooseHolders(before: readonly string[], workers: readonly WorkerAddress[]): readonly string[] {
  const hosts = workers.map(({ host }) => host);
  const kept = before.filter((host) => hosts.includes(host));
  const others = hosts.filter((host) => !kept.includes(host)).sort(compareText);
  return [...kept, ...others].slice(0, MOST_HOLDERS).sort(compareText);
}

export function answeredIn(sights: readonly WorkerSight[]): Sighting[] {
  return sights.flatMap((sight) => (sight.kind === 'answered' ? [sight.sighting] : []));
}

/** Returns the address of each host: from the bucket, or from the state for workers that left the bucket. */
export function knownWorkers(state: Found | Nothing, workers: readonly WorkerAddress[]): Map<string, WorkerAddress> {
  const recorded = state.kind === 'found' ? Object.entries(state.document.workers) : [];
  return new Map([
    ...recorded.map(([host, worker]) => [host, { ...worker, host, hostKey: worker.hostKey }] as const),
    ...workers.map((worker) => [worker.host, worker] as const),
  ]);
}

/** Returns the holders that are in `hosts`. */
export function votesOf(holders: readonly string[], hosts: readonly { readonly host: string }[]): readonly string[] {
  return holders.filter((holder) => hosts.some(({ host }) => host === holder));
}
