/** Checks the state that an adoption replaces, and makes the record of the adoption. The functions are pure. */
import type { RepairRecord, StateDocument } from '../state/document.ts';
import type { LockOwner } from '../state/port.ts';
import { stopFailure } from '../state/stop.ts';
import type { FoundBucket } from './find-bucket.ts';

/**
 * Returns a state that has never deployed anything, such as the state from `maand init`. An adoption may replace only
 * such a state. Throws a `Failure` (exit code 3) for any other state.
 */
export function blankState(base: StateDocument): StateDocument {
  const { serial, updateSeq, allocations } = base;
  if (updateSeq > 0 || allocations.some(({ promoted, applied, delivered }) => promoted ?? applied ?? delivered)) {
    throw stopFailure({
      code: 'state-not-adopted',
      message: `this bucket has a state already (serial ${serial}): there is nothing to adopt`,
      hint: 'maand state show shows it; if it cannot be proven, use maand state recover instead',
    });
  }
  return { ...base, allocations: [], trees: {}, workers: {} };
}

/** Returns the record of an adoption: the person, the adopted bucket, and its workers. */
export function adoptionRecord({ actor, runId }: LockOwner, found: FoundBucket, at: Date): RepairRecord {
  const hosts = found.findings.map(({ host }) => host).join(', ');
  return {
    at: at.toISOString(),
    actor,
    runId,
    what: `adopted bucket ${found.bucketId} from ${hosts}`,
    reason: 'state adopt',
  };
}
