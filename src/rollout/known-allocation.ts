/** Reads what the state knows about an allocation. */
import type { KnownAllocation, KnownTree } from '../plan/plan-job.ts';
import type { DeployedTree } from '../state/document.ts';
import type { Run } from './run.ts';

/** Returns the state's record of an allocation in the form that a plan needs. */
export function knownAllocation({ ledger }: Pick<Run, 'ledger'>, id: string): KnownAllocation | undefined {
  const record = ledger.allocation(id);
  if (!record) return undefined;
  const tree = (deployed: DeployedTree | undefined): KnownTree | undefined =>
    deployed && { ...deployed, files: ledger.filesOf(deployed) };
  return {
    currentVersion: record.currentVersion,
    promoted: tree(record.promoted),
    applied: tree(record.applied),
    delivered: record.delivered,
    stopped: record.stopped ?? false,
  };
}
