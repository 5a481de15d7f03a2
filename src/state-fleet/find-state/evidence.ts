/** The answers on which the decision is based, and its possible results: one snapshot, a first state, or a stop. */
import type { Stop } from '../../state/stop.ts';
import type { Head, Sighting } from '../holders/sighting.ts';
import type { CacheSight, Candidate, WorkerSight } from './sights.ts';

export interface Evidence {
  readonly name: string;
  readonly cache: CacheSight;
  /** Every listed worker, and every recorded holder that is no longer listed. */
  readonly workers: readonly WorkerSight[];
  readonly initialize: 'auto' | 'never';
}

export type Choice =
  | { readonly kind: 'stop'; readonly stop: Stop }
  | { readonly kind: 'initialise' }
  | {
      readonly kind: 'chosen';
      readonly candidate: Candidate;
      readonly inCache: boolean;
      readonly holders: readonly string[];
    };

export function stopWith(code: Stop['code'], message: string, hint: string): Choice & { kind: 'stop' } {
  return { kind: 'stop', stop: { code, message, hint } };
}

/** A snapshot and its place. */
export interface Known {
  readonly candidate: Candidate;
  /** Host of the worker. Undefined for the cache. */
  readonly host: string | undefined;
}

export function candidatesOf(sightings: readonly Sighting[], cache: CacheSight): Known[] {
  const onWorkers = sightings.flatMap(({ host, head }) => (head ? [{ candidate: candidateOf(head), host }] : []));
  return cache.kind === 'found' ? [...onWorkers, { candidate: cache.candidate, host: undefined }] : onWorkers;
}

function candidateOf({ lineage, serial, digest, updateSeq, writer }: Head): Candidate {
  return { lineage, serial, digest, updateSeq, writer };
}
