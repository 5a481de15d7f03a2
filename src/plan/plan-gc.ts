/** Plans `maand gc`: decides what happens to removed allocations. */
import type { Catalog, RemovedAllocation } from '../catalog/types.ts';
import { mayRun, type RecordedStage, stageOf } from './allocation-stage.ts';
import type { KnownAllocation } from './plan-job.ts';

/** The removed allocations, grouped by what `gc` does with them. Each list is sorted by job, then host. */
export interface GarbagePlan {
  /** Allocations that a deploy has stopped. `gc` removes the folder on the worker, then the record. */
  readonly stopped: readonly RemovedAllocation[];
  /** Allocations that were never delivered. Only a record exists. */
  readonly neverRan: readonly RemovedAllocation[];
  /** Allocations that may still run. `gc` does not touch them, because only a deploy can stop them properly. */
  readonly running: readonly RemovedAllocation[];
}

export function planGarbage(
  { removed }: Pick<Catalog, 'removed'>,
  known: (allocationId: string) => KnownAllocation | undefined,
): GarbagePlan {
  const plan = {
    stopped: [] as RemovedAllocation[],
    neverRan: [] as RemovedAllocation[],
    running: [] as RemovedAllocation[],
  };
  for (const allocation of removed) plan[listFor(stageOf(known(allocation.id)))].push(allocation);
  return plan;
}

function listFor(stage: RecordedStage): keyof GarbagePlan {
  if (stage === 'placed') return 'neverRan';
  return mayRun(stage) ? 'running' : 'stopped';
}
