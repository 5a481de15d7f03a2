/** Remembers what each worker showed in this run, so that no worker is asked twice. */
import type { WorkerAddress } from '../transport/port.ts';
import { lookAtWorkers, type SightAsking } from './look-at-workers.ts';
import type { Sight } from './worker-facts.ts';

/** Returns host → sight for these workers; those that were not seen yet are asked. */
export type Look = (workers: readonly WorkerAddress[], signal: AbortSignal) => Promise<ReadonlyMap<string, Sight>>;

/** `known`: what the workers showed when they were asked for the state. */
export function openSightBook(looking: SightAsking, known: ReadonlyMap<string, Sight>): Look {
  const sights = new Map(known);
  return async (workers, signal) => {
    const unseen = workers.filter(({ host }) => !sights.has(host));
    for (const [host, sight] of await lookAtWorkers(looking, unseen, signal)) sights.set(host, sight);
    return new Map(workers.map(({ host }) => [host, sights.get(host) as Sight]));
  };
}
