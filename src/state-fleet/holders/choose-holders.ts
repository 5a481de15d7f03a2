/** The workers that hold the state: who they are, how they are reached, how many of them speak. */
import { compareText } from '../../base/order.ts';
import type { WorkerAddress } from '../../transport/port.ts';
import type { Found, Nothing, Search } from '../find-state/search.ts';
import type { WorkerSight } from '../find-state/sights.ts';
import type { Sighting } from './sighting.ts';

/**
 * Who has to agree: as the state says itself, and before there is one, the first of the workers; by an operator's word those
 * that answer, because others are gone for good.
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

/** Up to seven, those of before first: more copies would make every save dearer and nothing safer. Sorted. */
export function chooseHolders(before: readonly string[], workers: readonly WorkerAddress[]): readonly string[] {
  const hosts = workers.map(({ host }) => host);
  const kept = before.filter((host) => hosts.includes(host));
  const others = hosts.filter((host) => !kept.includes(host)).sort(compareText);
  return [...kept, ...others].slice(0, MOST_HOLDERS).sort(compareText);
}

export function answeredIn(sights: readonly WorkerSight[]): Sighting[] {
  return sights.flatMap((sight) => (sight.kind === 'answered' ? [sight.sighting] : []));
}

/** How hosts are reached: as the bucket says, and those that left it as the state remembers. */
export function knownWorkers(state: Found | Nothing, workers: readonly WorkerAddress[]): Map<string, WorkerAddress> {
  const recorded = state.kind === 'found' ? Object.entries(state.document.workers) : [];
  return new Map([
    ...recorded.map(([host, worker]) => [host, { ...worker, host, hostKey: worker.hostKey }] as const),
    ...workers.map((worker) => [worker.host, worker] as const),
  ]);
}

/** The holders that are among the hosts. */
export function votesOf(holders: readonly string[], hosts: readonly { readonly host: string }[]): readonly string[] {
  return holders.filter((holder) => hosts.some(({ host }) => host === holder));
}
