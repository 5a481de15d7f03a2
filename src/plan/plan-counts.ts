/** Counts the starts, restarts, reloads and stops in a plan. */
import type { AllocationStep, Plan } from '../events/plan.ts';
import { NEVER_RAN } from './plan-job.ts';

/** Numbers of allocations. */
export interface PlanCounts {
  readonly starts: number;
  readonly restarts: number;
  readonly reloads: number;
  readonly stops: number;
}

/**
 * Counts the allocations that are started, restarted, reloaded and stopped. With `job_control`, a new allocation counts
 * as started, and an existing allocation counts as restarted. The steps of a job that cannot be planned are not carried
 * out, so these steps do not count.
 */
export function countPlan({ reconcile, waves }: Plan): PlanCounts {
  const steps = waves
    .flatMap(({ jobs }) => jobs)
    .filter(({ problem }) => problem === undefined)
    .flatMap((job) => job.steps);
  const number = (...kinds: readonly string[]) => steps.filter((step) => kinds.includes(kindOf(step))).length;
  const stopped = [
    ...reconcile.filter(({ action }) => action !== 'forget'),
    ...steps.filter((step) => kindOf(step) === 'stop'),
  ];
  return {
    starts: number('start'),
    restarts: number('restart'),
    reloads: number('reload'),
    stops: new Set(stopped.map(({ allocationId }) => allocationId)).size,
  };
}

function kindOf({ action, reason }: AllocationStep): string {
  if (action === 'job_control') return NEVER_RAN.has(reason) ? 'start' : 'restart';
  return action === 'stop+promote' ? 'stop' : action;
}
