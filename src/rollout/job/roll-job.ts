/**
 * Rolls out one job, from `pre_deploy` to `post_deploy`. Steps that can fail without changing a worker come first. From
 * the delivery on, each step is recorded as soon as it is done, so that the next run can continue after that step.
 */

import type { CatalogJob } from '../../catalog/types.ts';
import type { JobOutcome } from '../../events/outcome.ts';
import type { AllocationStep, JobPlan } from '../../events/plan.ts';
import type { Problem } from '../../events/problem.ts';
import { problemText } from '../../events/problem-text.ts';
import { jobNamespace } from '../../kv/namespaces.ts';
import { NEVER_RAN } from '../../plan/plan-job.ts';
import { resolveRolloutOrder } from '../../plan/rollout-order.ts';
import type { Deliverer } from '../deliver.ts';
import { hasHooks, runJobHooks } from '../hook-events.ts';
import { type PlannedJob, renewJob } from '../planned.ts';
import { checkReadiness } from '../readiness.ts';
import type { Run } from '../run.ts';
import { runJobControl } from './control-roll.ts';
import { lookAt } from './gate.ts';
import { countUnwellRestart, promote, recordDelivered } from './promote.ts';
import { rollGroup } from './roll-group.ts';
import { planStaged, stageProblems, treeOf } from './stage-job.ts';

/** A run and the values that its jobs share. */
export interface Rollout {
  readonly run: Run;
  readonly deliverer: Deliverer;
  /** Raises `update_seq`, once per run. Returns true when this call raised it. */
  readonly raiseUpdateSeq: () => Promise<boolean>;
}

export interface JobResult {
  readonly outcome: JobOutcome;
  /** Why the job was skipped. */
  readonly reason?: string;
  readonly error?: string;
}

export async function rollJob(rollout: Rollout, before: PlannedJob): Promise<JobResult> {
  const { run } = rollout;
  const { job, looked } = before;
  const refused = looked.problems.get(job.name);
  if (refused !== undefined) return failed(run, refused); // no hook runs for a worker that is not ours
  const failure = await runJobHooks(run, job, { event: 'pre_deploy' });
  if (failure !== undefined) return failed(run, failure);
  const planned = await renewJob(run, before);
  const { plan, staged } = planned;
  const broken = stageProblems(staged);
  if (broken.length > 0) return failed(run, { kind: 'templates', messages: broken.map(({ message }) => message) });
  if (plan.problem !== undefined) return failed(run, { kind: 'templates', messages: [plan.problem] });
  if (!plan.required) return { outcome: 'skipped', reason: plan.reason };
  noteOrder(run, job);
  const unready = await checkReadiness(run, touchedHosts(plan));
  if (unready.size > 0) return failed(run, { kind: 'several', problems: [...unready.values()] });
  const confirmed = await confirmApplied(rollout, planned);
  if (run.signal.aborted) return failed(run, { kind: 'cancelled' });
  const unwell = confirmed.plan.steps.filter(({ reason }) => reason === 'unhealthy');
  if (unwell.length > 0 && !run.options.named.has(job.name)) {
    return failed(run, { kind: 'still-unhealthy', job: job.name, workers: unwell.map(({ host }) => host) });
  }
  for (const step of unwell) tellUnwellRestart(run, job, step);
  const sends = confirmed.plan.steps.some(({ action }) => DELIVERED.has(action));
  if (!sends || !(await rollout.raiseUpdateSeq())) return carryOut(rollout, confirmed);
  return carryOut(rollout, await renewJob(run, confirmed, unhealthyIn(confirmed.plan))); // templates may contain the new number
}

/** Says how often the allocation was restarted without another reason, so that nobody takes the restart for a cure. */
function tellUnwellRestart(run: Run, { name }: CatalogJob, step: AllocationStep): void {
  const count = countUnwellRestart(run, step);
  const times = count === 1 ? 'for the first time' : `for the ${count}. time in a row`;
  const message = `job "${name}" on ${step.host} is unhealthy since an earlier deploy: it is restarted ${times}, and nothing else has changed`;
  run.emit({ type: 'noticed', level: 'warning', message });
}

/**
 * Emits a notice when the rollout order that someone wrote cannot be used unchanged. This is not an error, but the
 * author expects an effect.
 */
function noteOrder({ ledger, emit }: Run, job: CatalogJob): void {
  const hosts = job.allocations.map(({ host }) => host);
  const { note } = resolveRolloutOrder(ledger.kv.get(jobNamespace(job.name), 'rollout_order'), hosts, hosts);
  const offByBuild = job.allocations.some(({ disabled }) => disabled); // the build lists only active allocations
  if (note !== undefined && !offByBuild)
    emit({ type: 'noticed', level: 'warning', message: `job "${job.name}": ${note}` });
}

function failed(run: Run, problem: Problem): JobResult {
  return { outcome: run.signal.aborted ? 'cancelled' : 'failed', error: problemText(problem) };
}

const DELIVERED: ReadonlySet<AllocationStep['action']> = new Set(['start', 'restart', 'reload', 'sync', 'job_control']);

/** Returns the workers that get files or commands. */
export function touchedHosts({ steps }: JobPlan): string[] {
  return steps.filter(({ action, reason }) => DELIVERED.has(action) || reason === 'applied').map(({ host }) => host);
}

/**
 * Checks the allocations that an earlier run applied but did not confirm as healthy. Healthy allocations are promoted.
 * The others are rolled again.
 */
async function confirmApplied({ run }: Rollout, planned: PlannedJob): Promise<PlannedJob> {
  const { job, plan, staged, looked } = planned;
  const steps = plan.steps.filter(({ reason }) => reason === 'applied');
  if (steps.length === 0 || run.options.syncOnly) return planned;
  const hosts = new Set(steps.map(({ host }) => host));
  const problems = await lookAt(
    run,
    job,
    job.allocations.filter(({ host }) => hosts.has(host)),
  );
  if (run.signal.aborted) return planned;
  const wellSteps = steps.filter(({ host }) => !problems.has(host));
  for (const step of wellSteps) promote(run, step, treeOf(staged, step.host));
  await run.ledger.commit();
  return { ...planned, plan: planStaged(run, { job, staged, looked, unhealthy: new Set(problems.keys()) }) };
}

function unhealthyIn({ steps }: JobPlan): ReadonlySet<string> {
  return new Set(steps.filter(({ reason }) => reason === 'unhealthy').map(({ host }) => host));
}

async function carryOut(rollout: Rollout, planned: PlannedJob): Promise<JobResult> {
  const { run } = rollout;
  const { job, plan, staged } = planned;
  const delivered = plan.steps.filter(({ action }) => DELIVERED.has(action));
  for (const step of delivered) recordDelivered(run, step, treeOf(staged, step.host));
  if (hasHooks(job, 'post_deploy')) run.ledger.markPostDeploy(job.name, 'pending');
  await run.ledger.commit();
  const undelivered = await rollout.deliverer.job(
    job,
    staged,
    delivered.map(({ host }) => host),
  );
  if (undelivered.size > 0) return failed(run, { kind: 'several', problems: [...undelivered.values()] });
  const failure = (await rollAllocations(run, planned)) ?? (await finish(run, planned)) ?? stillRunning(planned);
  await run.ledger.commit();
  return failure === undefined ? { outcome: 'deployed' } : failed(run, failure);
}

async function rollAllocations(run: Run, planned: PlannedJob): Promise<Problem | undefined> {
  if (planned.plan.steps.some(({ action }) => action === 'job_control')) return runJobControl(run, planned);
  const { job, plan, staged } = planned;
  if (plan.groups.length === 0) return undefined;
  const guarded = await healthyBefore(run, planned);
  for (const group of plan.groups) {
    const failure = await rollGroup({ run, job, plan, staged, group, guarded });
    if (failure !== undefined) return failure;
    if (run.signal.aborted) return { kind: 'cancelled' };
  }
  return undefined;
}

/**
 * Returns the hosts that ran and were healthy before the roll. These hosts must stay healthy. Unhealthy hosts are left
 * out, so that they do not block their own fix.
 */
async function healthyBefore(run: Run, { job, plan }: PlannedJob): Promise<Set<string>> {
  const isNew = new Set(plan.steps.filter(({ reason }) => NEVER_RAN.has(reason)).map(({ host }) => host));
  const running = job.allocations.filter(({ host, disabled }) => !disabled && !isNew.has(host));
  const problems = await lookAt(run, job, running);
  return new Set(running.map(({ host }) => host).filter((host) => !problems.has(host)));
}

/** Promotes allocations that need no lifecycle command, then runs `post_deploy`. */
async function finish(run: Run, { job, plan, staged }: PlannedJob): Promise<Problem | undefined> {
  for (const step of plan.steps) {
    const silent =
      step.action === 'sync' || (step.action === 'promote' && (step.reason !== 'applied' || run.options.syncOnly));
    if (silent) promote(run, step, treeOf(staged, step.host));
  }
  await run.ledger.commit();
  const failure = await runJobHooks(run, job, { event: 'post_deploy' });
  if (failure === undefined) run.ledger.markPostDeploy(job.name, 'done');
  return failure;
}

/**
 * Returns the problem of allocations that are still running although they should be stopped. Reconcile has already
 * tried and failed to stop them.
 */
function stillRunning({ plan }: PlannedJob): Problem | undefined {
  const workers = plan.steps
    .filter(({ action }) => action === 'stop' || action === 'stop+promote')
    .map(({ host }) => host);
  return workers.length === 0 ? undefined : { kind: 'still-running', workers };
}
