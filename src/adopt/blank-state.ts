/** Checks the state that an adoption replaces, and makes the record of the adoption. Pure. */
import type { RepairRecord, StateDocument } from '../state/document.ts';
import type { LockOwner } from '../state/port.ts';
import { stopFailure } from '../state/stop.ts';
import type { FoundBucket } from './find-bucket.ts';

/**
 * Returns a state that has never deployed anything, as `maand init` makes it: an adoption may replace it. Throws a
 * `Failure` (exit code 3) for any other state.
 */
export function blankState(base: StateDocument): StateDocument {
  const { serial, updateSeq, allocations } = base;
  if (updateSeq > 0 || allocations.some(({ promoted, applied, delivered }) => promoted ?? applied ?? delivered)) {
    throw stopFailure({
      code: 'state-not-adopted',
      message: `this bucket has a state already (serial ${serial}): there is nothing to adopt`,
      hint: 'maand state show tells what it is; maand state recover is for one that cannot be proven',
    });
  }
  return { ...base, allocations: [], trees: {}, workers: {} };
}

/** Makes the record of an adoption: who adopted what, and from which workers. */
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
