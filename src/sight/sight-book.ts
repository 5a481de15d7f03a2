/** Keeps the answer of each worker during a run, so that no worker is asked twice. */
import type { WorkerAddress } from '../transport/port.ts';
import { lookAtWorkers, type SightAsking } from './look-at-workers.ts';
import type { Sight } from './worker-facts.ts';

/** Returns the answers of these workers by host. Only workers that were not asked before are asked now. */
export type Look = (workers: readonly WorkerAddress[], signal: AbortSignal) => Promise<ReadonlyMap<string, Sight>>;

/**
 * Returns a function that asks workers and keeps their answers. `known` contains the answers that were read together
 * with the state, by host.
 */
export function openSightBook(looking: SightAsking, known: ReadonlyMap<string, Sight>): Look {
  const sights = new Map(known);
  return async (workers, signal) => {
    const unseen = workers.filter(({ host }) => !sights.has(host));
    for (const [host, sight] of await lookAtWorkers(looking, unseen, signal)) sights.set(host, sight);
    return new Map(workers.map(({ host }) => [host, sights.get(host) as Sight]));
  };
}
