/**
 * Converts the plan to the JSON that `plan --json` prints (docs/inputs.md "plan"), and computes its digest. Equal
 * inputs give equal bytes.
 */
import { createHash } from 'node:crypto';
import type { JobPlan, Plan, ReconcileStep } from '../events/plan.ts';

export interface PlanJson {
  readonly required: boolean;
  /** The serial number of the state, e.g. `serial 41`; `none` without a state. */
  readonly state: string;
  readonly digest: string;
  readonly reconcile: readonly { readonly job: string; readonly worker: string; readonly action: string }[];
  readonly waves: readonly { readonly seq: number; readonly jobs: readonly ReturnType<typeof jobJson>[] }[];
}

export function toPlanJson(plan: Plan, state: string): PlanJson {
  const reconcile = plan.reconcile.map(reconcileJson);
  const waves = plan.waves.map(({ seq, jobs }) => ({ seq, jobs: jobs.map(jobJson) }));
  const digest = createHash('sha256').update(JSON.stringify({ waves, reconcile })).digest('hex');
  return { required: plan.required, state, digest: `sha256:${digest}`, reconcile, waves };
}

function reconcileJson({ job, host, action }: ReconcileStep) {
  return { job, worker: host, action };
}

function jobJson(plan: JobPlan) {
  return {
    job: plan.job,
    required: plan.required,
    reason: plan.problem ?? plan.reason,
    batches: plan.groups.flatMap(({ batches }) => batches),
    allocations: plan.steps.map((step) => ({
      worker: step.host,
      allocation_id: step.allocationId,
      action: step.action,
      reason: step.reason,
      changed: step.changed,
      matched: step.matched,
      current_version: step.currentVersion,
      new_version: step.newVersion,
    })),
  };
}
