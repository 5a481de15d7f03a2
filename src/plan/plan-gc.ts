/** Plans `maand gc`: decides what happens to removed allocations. */
import type { Catalog, RemovedAllocation } from '../catalog/types.ts';
import { mayRun, type RecordedStage, stageOf } from './allocation-stage.ts';
import type { KnownAllocation } from './plan-job.ts';

/** What `gc` does with removed allocations; each list is sorted by job, then host. */
export interface GarbagePlan {
  /** A deploy has stopped them: `gc` removes the folder on the worker, then the record. */
  readonly stopped: readonly RemovedAllocation[];
  /** They were never delivered: only the record exists. */
  readonly neverRan: readonly RemovedAllocation[];
  /** They may still run, and only a deploy can stop them properly. */
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
