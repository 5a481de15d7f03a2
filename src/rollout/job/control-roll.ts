/**
 * Rolls out a job with its own `job_control` hooks instead of make. The hooks receive the new and the updated
 * allocations. Afterwards, the health of the job is checked.
 */

import type { CatalogJob } from '../../catalog/types.ts';
import type { AllocationStep, JobPlan } from '../../events/plan.ts';
import type { Problem } from '../../events/problem.ts';
import { inRolloutOrder, runJobHooks } from '../hook-events.ts';
import type { Run } from '../run.ts';
import { waitHealthy } from './gate.ts';
import { promote, recordApplied } from './promote.ts';
import { type StagedJob, treeOf } from './stage-job.ts';

interface ControlledRoll {
  readonly job: CatalogJob;
  readonly plan: JobPlan;
  readonly staged: StagedJob;
}

/**
 * Runs the hooks. Returns the problem, or `undefined` after success. When a hook fails, no allocation counts as rolled
 * out, because the progress of the script is unknown.
 */
export async function runJobControl(run: Run, { job, plan, staged }: ControlledRoll): Promise<Problem | undefined> {
  const controlled = plan.steps.filter(({ action }) => action === 'job_control');
  const active = job.allocations.filter(({ disabled }) => !disabled);
  const failure = await runJobHooks(run, job, {
    event: 'job_control',
    allocations: active,
    extraEnv: divide(run, job, controlled),
  });
  if (failure !== undefined) return failure;
  for (const step of controlled) recordApplied(run, step, treeOf(staged, step.host));
  await run.ledger.commit();
  const problems = await waitHealthy(run, job, active);
  if (run.signal.aborted) return { kind: 'cancelled' };
  for (const step of controlled) {
    if (!problems.has(step.host)) promote(run, step, treeOf(staged, step.host));
  }
  return problems.size === 0 ? undefined : { kind: 'unhealthy', problems: [...problems.values()] };
}

/**
 * Divides the allocations into new and updated ones, both in rollout order. New are those that were never promoted, so
 * a script that failed half-way gets the same lists again, and those whose folder is gone.
 */
function divide(run: Run, job: CatalogJob, steps: readonly AllocationStep[]): Readonly<Record<string, string>> {
  const missing = new Set(steps.filter(({ reason }) => reason === 'missing').map(({ allocationId }) => allocationId));
  const isNew = (id: string) => missing.has(id) || run.ledger.allocation(id)?.promoted === undefined;
  const ids = new Set(steps.map(({ allocationId }) => allocationId));
  const ordered = inRolloutOrder(
    run,
    job,
    job.allocations.filter(({ id }) => ids.has(id)),
  );
  const hosts = (wanted: typeof ordered) => wanted.map(({ host }) => host).join(',');
  return {
    NEW_ALLOCATIONS: hosts(ordered.filter(({ id }) => isNew(id))),
    UPDATED_ALLOCATIONS: hosts(ordered.filter(({ id }) => !isNew(id))),
  };
}
