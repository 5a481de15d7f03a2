/** Records the progress of an allocation in the state: delivered, applied, promoted. */
import type { AllocationStep } from '../../events/plan.ts';
import { allocationNamespace } from '../../kv/namespaces.ts';
import { fileDigests } from '../../stage/digest.ts';
import type { StagedTree } from '../../stage/tree.ts';
import type { AllocationRecord, DeployedTree } from '../../state/document.ts';
import type { Run } from '../run.ts';

/** Records the tree that is about to be sent to the worker. The record stays when the delivery fails. */
export function recordDelivered(run: Run, step: AllocationStep, tree: StagedTree): void {
  run.ledger.keepTree(tree.hash, fileDigests(tree));
  run.ledger.record({ ...recordOf(run, step), delivered: tree.hash });
}

/** Records that the lifecycle command ran with this tree. The allocation is promoted when it is healthy. */
export function recordApplied(run: Run, step: AllocationStep, tree: StagedTree): void {
  const record = recordOf(run, step);
  run.ledger.keepTree(tree.hash, fileDigests(tree));
  const { stopped: _started, repeat: _repeated, ...rest } = record;
  run.ledger.record({ ...rest, applied: { hash: tree.hash, version: step.newVersion } });
}

/** Counts a restart that has no other reason than failed health. Returns the number of such restarts in a row. */
export function countUnwellRestart(run: Run, step: AllocationStep): number {
  const record = recordOf(run, step);
  const unwellRestarts = (record.unwellRestarts ?? 0) + 1;
  run.ledger.record({ ...record, unwellRestarts });
  return unwellRestarts;
}

/** Removes the record that the lifecycle command ran, so that the command runs again. */
export function forgetApplied(run: Run, step: AllocationStep): void {
  const { applied: _applied, ...rest } = recordOf(run, step);
  run.ledger.record({ ...rest, repeat: true });
}

/** Records the deployed tree: the applied tree, or the staged tree when the allocation has no lifecycle command. */
export function promote(run: Run, step: AllocationStep, tree: StagedTree): void {
  const record = recordOf(run, step);
  const { applied: _applied, repeat: _repeated, unwellRestarts: _counted, ...rest } = record;
  run.ledger.keepTree(tree.hash, fileDigests(tree));
  const promoted: DeployedTree = { hash: tree.hash, version: step.newVersion };
  run.ledger.record({ ...rest, promoted, currentVersion: step.newVersion });
  const { job } = record;
  run.ledger.kv.put(allocationNamespace(job, step.host), 'version', step.newVersion);
  run.emit({ type: 'allocation-promoted', job, worker: step.host, version: step.newVersion });
}

function recordOf(run: Run, step: AllocationStep): AllocationRecord {
  const record = run.ledger.allocation(step.allocationId);
  if (!record) throw new Error(`no record of allocation ${step.allocationId}`); // the build creates a record for every allocation
  return record;
}
