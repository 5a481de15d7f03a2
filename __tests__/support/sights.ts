/** What workers and the cache say of a state, for tests of what is made of it. */
import type { Candidate, WorkerSight } from '../../src/state-fleet/find-state/sights.ts';
import type { Head, Sighting } from '../../src/state-fleet/holders/sighting.ts';

export const NAME = 'shop/production';
export const LINEAGE = '0a1b2c3d-4e5f-4678-9abc-def012345678';
export const OTHER_LINEAGE = '99999999-4e5f-4678-9abc-def012345678';

/** A snapshot by its serial; `variant` tells those of equal serial apart. */
export function candidateOf(serial: number, variant = '', lineage = LINEAGE): Candidate {
  const digest = `digest of ${serial}${variant}`;
  return { lineage, serial, digest, updateSeq: serial, writer: `run ${serial}${variant}` };
}

/** A worker that answered and has never seen the state, unless more is said. */
export function sightingOf(host: string, said: Partial<Omit<Sighting, 'host'>> = {}): Sighting {
  const head: Head | undefined = said.head;
  const nothing = { mark: head?.lineage, head, lock: undefined, fence: 0, replaced: false, others: [] };
  return { ...nothing, buckets: new Map(), ...said, host };
}

export const answered = (host: string, said: Partial<Omit<Sighting, 'host'>> = {}): WorkerSight => ({
  kind: 'answered',
  sighting: sightingOf(host, said),
});

export const silent = (host: string): WorkerSight => ({ kind: 'silent', host, reason: 'no route to host' });

/** A worker that holds a snapshot. */
export function holding(host: string, candidate: Candidate, said: Partial<Omit<Sighting, 'host'>> = {}): WorkerSight {
  return answered(host, { head: { name: NAME, ...candidate }, ...said });
}
