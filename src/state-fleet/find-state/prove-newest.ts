/** Proves that the chosen snapshot is the newest, or says why it may not be. */
import type { WorkerFacts } from '../../sight/worker-facts.ts';
import type { Stop } from '../../state/stop.ts';
import { hasQuorum } from '../holders/quorum.ts';
import type { Sighting } from '../holders/sighting.ts';
import type { Candidate, WorkerSight } from './sights.ts';

export interface Proof {
  readonly name: string;
  readonly candidate: Candidate;
  readonly inCache: boolean;
  /** Hosts that hold the state, as recorded in the state itself. */
  readonly holders: readonly string[];
  readonly workers: readonly WorkerSight[];
}

/**
 * Checks the chosen snapshot after it was opened. Returns why it may not be the newest. Returns `undefined` when it is
 * proven to be the newest.
 */
export function refuteChoice({ name, candidate, inCache, holders, workers }: Proof): Stop | undefined {
  for (const worker of workers) {
    if (worker.kind === 'silent') continue;
    const { host, facts } = worker.sighting;
    const seen = updateSeqOn(facts, candidate.lineage);
    if (seen <= candidate.updateSeq) continue;
    return {
      code: 'state-rolled-back',
      message: `the newest state of "${name}" that is left (serial ${candidate.serial}, update ${candidate.updateSeq}, written by ${candidate.writer}) is older than worker ${host}, which has update ${seen}`,
      hint: 'restore the newer state, or accept the older one with: maand state recover --accept-rollback --reason TEXT',
    };
  }
  if (inCache) return undefined;
  // A worker without a copy may have lost a newer one, so it does not count. Before the second save, missing copies are
  // normal.
  const remembers = ({ head }: Sighting) => head !== undefined || candidate.serial === 1;
  const remembering = workers.flatMap((worker) =>
    worker.kind === 'answered' && remembers(worker.sighting) ? [worker.sighting.host] : [],
  );
  const voices = holders.filter((host) => remembering.includes(host));
  if (hasQuorum({ holders, voices })) return undefined;
  const silent = holders.filter((host) => !remembering.includes(host));
  return {
    code: 'state-not-proven',
    message: `serial ${candidate.serial} of "${name}" may not be the newest: the cache does not have it, and only ${voices.length} of ${holders.length} workers that hold the state answered with a copy (silent, or without: ${silent.join(', ')})`,
    hint: 'make those workers reachable, or accept this state with: maand state recover --reason TEXT',
  };
}

/**
 * Returns the update that is deployed on a worker; 0 when there is none. An update that a state in a file wrote says
 * nothing about the state on the workers; the look of the run refuses it.
 */
function updateSeqOn({ buckets }: WorkerFacts, bucketId: string): number {
  const identity = buckets.get(bucketId)?.identity;
  if (typeof identity !== 'object' || identity.writer?.kind === 'file') return 0;
  return identity.updateSeq;
}
