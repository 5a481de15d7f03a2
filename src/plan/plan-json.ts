/**
 * Converts the plan to the JSON that `plan --json` prints (docs/inputs.md "plan"), and computes its digest. Equal
 * inputs give equal bytes.
 */
import { createHash } from 'node:crypto';
import type { JobPlan, Plan, ReconcileStep, Refusal } from '../events/plan.ts';
import { refusalText } from '../events/refusal-text.ts';
import { countPlan } from './plan-counts.ts';

export interface PlanJson {
  readonly required: boolean;
  /** The serial number of the state, e.g. `serial 41`; `none` without a state. */
  readonly state: string;
  readonly digest: string;
  /** Whether workers were asked before the plan was made. `not_looked` lists the workers that did not answer. */
  readonly looked: boolean;
  readonly not_looked: readonly string[];
  /** Numbers of allocations. */
  readonly starts: number;
  readonly restarts: number;
  readonly reloads: number;
  readonly stops: number;
  /**
   * The reason why a deploy would refuse the plan; null when a deploy would carry out the plan. The digest does not
   * cover this field.
   */
  readonly refused: ReturnType<typeof refusalJson> | null;
  readonly reconcile: readonly { readonly job: string; readonly worker: string; readonly action: string }[];
  readonly waves: readonly { readonly seq: number; readonly jobs: readonly ReturnType<typeof jobJson>[] }[];
}

/**
 * Converts the plan. `recorded` is the plan that is made from the state alone, without the answers of workers. The
 * digest covers `recorded`, because each run asks the workers again and the answers may differ.
 */
export function toPlanJson(plan: Plan, state: string, recorded: Plan = plan): PlanJson {
  const { required, notLooked, refused } = plan;
  return {
    required,
    state,
    digest: digestOf(recorded),
    looked: notLooked !== undefined,
    not_looked: notLooked ?? [],
    ...countPlan(plan),
    refused: refused === undefined ? null : refusalJson(refused),
    ...partsOf(plan),
  };
}

function digestOf(plan: Plan): string {
  const { reconcile, waves } = partsOf(plan);
  return `sha256:${createHash('sha256').update(JSON.stringify({ waves, reconcile })).digest('hex')}`;
}

function partsOf({ reconcile, waves }: Plan) {
  return {
    reconcile: reconcile.map(reconcileJson),
    waves: waves.map(({ seq, jobs }) => ({ seq, jobs: jobs.map(jobJson) })),
  };
}

function refusalJson(refused: Refusal) {
  return { code: refused.code, jobs: refused.jobs.map(({ job }) => job), message: refusalText(refused) };
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
