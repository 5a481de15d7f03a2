/** Plans `maand gc`: decides which removed allocations `gc` deletes. */
import type { Catalog, RemovedAllocation } from '../catalog/types.ts';
import { mayRun, type RecordedStage, stageOf } from './allocation-stage.ts';
import type { KnownAllocation } from './plan-job.ts';

/** The removed allocations, grouped by the action of `gc`. Each list is sorted by job, then host. */
export interface GarbagePlan {
  /** Allocations that a deploy has stopped. `gc` removes the folder on the worker, then the record. */
  readonly stopped: readonly RemovedAllocation[];
  /** Allocations that were never delivered. Such an allocation has only a record in the state. */
  readonly neverRan: readonly RemovedAllocation[];
  /**
   * Allocations that may still run. `gc` does not touch these allocations, because only a deploy can stop them
   * properly.
   */
  readonly running: readonly RemovedAllocation[];
  /**
   * Allocations that may still run on workers that left the bucket. `gc` keeps the records of these allocations until
   * the user gives up the workers.
   */
  readonly givenUp: readonly RemovedAllocation[];
  /**
   * Allocations on workers that the user gave up. Only the records of these allocations are removed, and the workers
   * are not asked.
   */
  readonly forgotten: readonly RemovedAllocation[];
}

export interface GarbageInput {
  readonly catalog: Pick<Catalog, 'removed'>;
  readonly known: (allocationId: string) => KnownAllocation | undefined;
  /** Hosts of workers that left the bucket and were given up. */
  readonly forget: ReadonlySet<string>;
}

export function planGarbage({ catalog, known, forget }: GarbageInput): GarbagePlan {
  const plan = {
    stopped: [] as RemovedAllocation[],
    neverRan: [] as RemovedAllocation[],
    running: [] as RemovedAllocation[],
    givenUp: [] as RemovedAllocation[],
    forgotten: [] as RemovedAllocation[],
  };
  for (const allocation of catalog.removed) {
    const isForgotten = allocation.workerLeft && forget.has(allocation.host);
    const list = isForgotten ? 'forgotten' : listFor(stageOf(known(allocation.id)), allocation);
    plan[list].push(allocation);
  }
  return plan;
}

function listFor(stage: RecordedStage, { workerLeft }: RemovedAllocation): keyof GarbagePlan {
  if (stage === 'placed') return 'neverRan';
  if (!mayRun(stage)) return 'stopped';
  return workerLeft ? 'givenUp' : 'running';
}
