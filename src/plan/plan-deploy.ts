/** Plans the parts of a deploy that concern several jobs: the allocations that are stopped first, and the waves. */
import type { Catalog } from '../catalog/types.ts';
import type { JobPlan, Plan, ReconcileStep, WavePlan } from '../events/plan.ts';
import { mayRun, stageOf } from './allocation-stage.ts';
import type { KnownAllocation } from './plan-job.ts';

/**
 * Plans the stops of allocations that must no longer run, sorted by job, then worker. Removed allocations are stopped
 * and then removed. Disabled allocations are stopped once.
 */
export function planReconcile(
  catalog: Catalog,
  known: (allocationId: string) => KnownAllocation | undefined,
): ReconcileStep[] {
  const removed = catalog.removed.flatMap(({ id, job, host, workerLeft }): ReconcileStep[] => {
    const stage = stageOf(known(id));
    if (stage === 'removed') return []; // an earlier deploy removed the allocation; only `gc` deletes its record
    return [{ job, host, allocationId: id, action: stage === 'placed' ? 'forget' : 'stop+remove', workerLeft }];
  });
  const disabled = catalog.jobs.flatMap((job) =>
    job.allocations
      .filter((allocation) => allocation.disabled && mayRun(stageOf(known(allocation.id))))
      .map(
        ({ id, host }): ReconcileStep => ({ job: job.name, host, allocationId: id, action: 'stop', workerLeft: false }),
      ),
  );
  const order = new Map(catalog.workers.map(({ host }, at) => [host, at]));
  const rank = (host: string) => order.get(host) ?? order.size;
  return [...removed, ...disabled].sort((a, b) =>
    a.job === b.job ? rank(a.host) - rank(b.host) : a.job < b.job ? -1 : 1,
  );
}

/**
 * Returns the waves with their jobs sorted by name. Empty waves are kept, so that the numbers of the waves stay
 * correct.
 */
export function arrangeWaves(
  catalog: Catalog,
  selected: ReadonlySet<string>,
  plans: ReadonlyMap<string, JobPlan>,
): WavePlan[] {
  return catalog.waves.map((names, seq) => ({
    seq,
    jobs: names.flatMap((name) => {
      const plan = plans.get(name);
      return plan && selected.has(name) && plan.steps.length > 0 ? [plan] : [];
    }),
  }));
}

export function assemblePlan(reconcile: readonly ReconcileStep[], waves: readonly WavePlan[]): Plan {
  const required = reconcile.length > 0 || waves.some(({ jobs }) => jobs.some((job) => job.required));
  return { required, reconcile, waves };
}
