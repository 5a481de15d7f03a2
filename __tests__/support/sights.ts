/** Makes values for the answers of workers and of the cache about a state. Tests of the choice between states use them. */
import type { BucketFacts, WorkerFacts } from '../../src/sight/worker-facts.ts';
import type { Candidate, WorkerSight } from '../../src/state-fleet/find-state/sights.ts';
import type { Sighting } from '../../src/state-fleet/holders/sighting.ts';

export const NAME = 'shop/production';
export const LINEAGE = '0a1b2c3d-4e5f-4678-9abc-def012345678';
export const OTHER_LINEAGE = '99999999-4e5f-4678-9abc-def012345678';

/** Returns a snapshot with this serial. `variant` distinguishes snapshots with the same serial. */
export function candidateOf(serial: number, variant = '', lineage = LINEAGE): Candidate {
  const digest = `digest of ${serial}${variant}`;
  return { lineage, serial, digest, updateSeq: serial, writer: `run ${serial}${variant}` };
}

/** Returns the answer of a worker. By default the worker has never stored the state; `said` changes that. */
export function sightingOf(host: string, said: SaidByWorker = {}): Sighting {
  const { head, others = [], buckets = new Map(), ...rest } = said;
  const nothing = { mark: head?.lineage, head, lock: undefined, fence: 0, replaced: false };
  return { ...nothing, facts: factsOf(host, { states: others, buckets }), ...rest, host };
}

/** A short form of a worker's answer: its other states, and the deployed update number of each bucket. */
export interface SaidByWorker extends Partial<Omit<Sighting, 'host' | 'facts'>> {
  readonly others?: WorkerFacts['states'];
  readonly buckets?: ReadonlyMap<string, number>;
}

/** Returns the facts of a worker that has only these states and buckets. */
export function factsOf(
  host: string,
  { states = [], buckets = new Map() }: { states?: WorkerFacts['states']; buckets?: ReadonlyMap<string, number> } = {},
): WorkerFacts {
  const found = [...buckets].map(([id, updateSeq]): [string, BucketFacts] => [
    id,
    {
      identity: { bucketId: id, workerId: '', updateSeq, writer: undefined },
      kind: 'folder',
      isCutOff: false,
      jobs: new Map(),
    },
  ]);
  return { host, workerId: undefined, bootId: undefined, states, isRootCutOff: false, buckets: new Map(found) };
}

export const answered = (host: string, said: SaidByWorker = {}): WorkerSight => ({
  kind: 'answered',
  sighting: sightingOf(host, said),
});

export const silent = (host: string): WorkerSight => ({ kind: 'silent', host, reason: 'no route to host' });

/** Returns the answer of a worker that holds a snapshot. */
export function holding(host: string, candidate: Candidate, said: SaidByWorker = {}): WorkerSight {
  return answered(host, { head: { name: NAME, ...candidate }, ...said });
}
