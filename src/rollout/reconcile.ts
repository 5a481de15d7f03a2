/**
 * Stops allocations that are no longer wanted: removed allocations, and allocations that were disabled after their
 * start.
 */

import type { Allocation, CatalogJob, CatalogWorker } from '../catalog/types.ts';
import type { ReconcileFailure, ReconcileSuccess } from '../events/outcome.ts';
import type { ReconcileStep } from '../events/plan.ts';
import type { Problem } from '../events/problem.ts';
import { problemsText, problemText } from '../events/problem-text.ts';
import { allocationNamespace } from '../kv/namespaces.ts';
import { clearJob } from '../kv/publish.ts';
import { workerProgram } from '../worker-side/program.ts';
import { removalProgram } from './by-hand/remove-folders.ts';
import { workerOfStep } from './dial-stops.ts';
import { runHookPhase } from './hook-events.ts';
import { waitHealthy } from './job/gate.ts';
import type { Rollout } from './job/roll-job.ts';
import { runOnWorker, runTarget } from './lifecycle.ts';
import type { ReadinessProblems } from './readiness.ts';
import { bucketFolder, jobFolder, type Run } from './run.ts';

export interface Reconciled {
  /** One sentence for each failure. A failed step stays pending. */
  readonly failures: readonly string[];
  /** Jobs with an allocation that could not be stopped. The jobs that demand such a job must not continue. */
  readonly failedJobs: ReadonlySet<string>;
}

/** The end of one step. A step that did not succeed stays pending, and so does the record of its allocation. */
type StepEnd =
  | { readonly outcome: ReconcileSuccess }
  | { readonly outcome: ReconcileFailure; readonly problem: Problem };

interface EndedStep {
  readonly step: ReconcileStep;
  readonly end: StepEnd;
}

/** Carries out the steps of a plan, in their order. `unreachable` is the result of `dialStops` for these steps. */
export async function reconcile(
  rollout: Rollout,
  steps: readonly ReconcileStep[],
  unreachable: ReadinessProblems,
): Promise<Reconciled> {
  const { run } = rollout;
  if (steps.some(({ action, host }) => action !== 'forget' && !unreachable.has(host))) await rollout.raiseUpdateSeq();
  const ended: EndedStep[] = [];
  for (const step of steps) {
    const end = await reconcileOne(rollout, step, unreachable.get(step.host));
    ended.push({ step, end });
    report(run, step, end);
    await run.ledger.commit();
  }
  noticeLeftWorkers(run, ended);
  await removeEmptyBuckets(run, steps, unreachable);
  purgeGoneJobs(run, ended);
  const failed = ended.filter(({ step, end }) => 'problem' in end && severityOf(step, end) === 'error');
  const failures = [
    ...failed.flatMap(({ step, end }) => ('problem' in end ? `job ${step.job}: ${problemText(end.problem)}` : [])),
    ...(await checkSurvivors(run, ended)),
  ];
  await run.ledger.commit();
  return { failures, failedJobs: new Set(failed.map(({ step }) => step.job)) };
}

function report({ emit }: Run, step: ReconcileStep, end: StepEnd): void {
  const { job, host: worker, action } = step;
  if ('problem' in end) {
    const { outcome, problem } = end;
    const severity = severityOf(step, end);
    emit({ type: 'reconcile-failed', job, worker, action, outcome, severity, error: problemText(problem) });
  } else {
    emit({ type: 'reconciled', job, worker, action, outcome: end.outcome });
  }
}

/** A worker that left may be switched off for good, so a run does not fail because it could not be asked. */
function severityOf({ workerLeft }: ReconcileStep, { outcome }: StepEnd): 'error' | 'warning' {
  return workerLeft && outcome === 'given-up' ? 'warning' : 'error';
}

/** Tells once for each worker that left what may still run there, and why it could not be stopped. */
function noticeLeftWorkers({ emit }: Run, ended: readonly EndedStep[]): void {
  const givenUp = ended.flatMap(({ step, end }) =>
    'problem' in end && severityOf(step, end) === 'warning' ? [{ ...step, problem: end.problem }] : [],
  );
  for (const host of new Set(givenUp.map((step) => step.host))) {
    const here = givenUp.filter((step) => step.host === host);
    const [first] = here;
    if (first === undefined) continue;
    const jobs = here.map(({ job }) => job).join(', ');
    const message = `${host} is no longer in workers.json and could not be asked to stop ${jobs}, which may still run there: ${problemText(first.problem)}; every deploy tries again, and maand gc --forget ${host} drops it`;
    emit({ type: 'noticed', level: 'warning', message });
  }
}

async function reconcileOne(rollout: Rollout, step: ReconcileStep, unreachable: Problem | undefined): Promise<StepEnd> {
  const { run } = rollout;
  if (run.signal.aborted) return { outcome: 'cancelled', problem: { kind: 'cancelled' } };
  if (step.action === 'forget') {
    run.ledger.forget(step.allocationId);
    return { outcome: 'forgotten' };
  }
  if (unreachable !== undefined) return { outcome: 'given-up', problem: unreachable };
  const problem = await stopOn(rollout, step, workerOfStep(run, step));
  if (problem !== undefined) return { outcome: failureOf(run, problem), problem };
  if (step.action === 'stop+remove' && !step.workerLeft) keepForGc(run, step);
  else if (step.action !== 'stop') run.ledger.forget(step.allocationId);
  return { outcome: 'stopped' };
}

/** A command whose connection was lost may have ended or not: nobody has seen it. */
function failureOf({ signal }: Run, problem: Problem): ReconcileFailure {
  if (signal.aborted) return 'cancelled';
  if (problem.kind !== 'connection') return 'failed';
  return problem.cause === 'lost' ? 'unknown' : 'given-up';
}

/**
 * Keeps the record until `gc`, because data of the job is still on the worker. The record shows that the allocation is
 * stopped.
 */
function keepForGc({ ledger }: Run, { allocationId: id, job, host }: ReconcileStep): void {
  ledger.record({ id, job, host, disabled: false, removed: true, currentVersion: '0.0.0', stopped: true });
}

/** Stops the allocation and runs its hooks. Removes the files of a removed allocation, except data and logs. */
async function stopOn(rollout: Rollout, step: ReconcileStep, worker: CatalogWorker): Promise<Problem | undefined> {
  const { run } = rollout;
  const { job } = step;
  const stopped = await runTarget(run, { job, worker, target: 'stop', env: {} });
  if (stopped !== undefined) return stopped;
  await recordStopped(run, step);
  const hooks = await afterStopped(run, step);
  if (step.workerLeft) return noticeHooks(run, step, hooks);
  if (hooks !== undefined) return hooks;
  if (step.action === 'stop+remove') {
    const script = workerProgram(['links', 'job/clean'], {
      variables: { folder: jobFolder(worker, run.catalog.bucketId, job) },
    });
    const cleaned = await runOnWorker(run, { job, worker, phase: 'clean_up', label: 'clean-up', script, env: {} });
    if (cleaned !== undefined) return cleaned;
  }
  return refreshWorker(rollout, step);
}

/** Nothing is done on a worker that left after its job was stopped, so a hook that failed there is only a warning. */
function noticeHooks(run: Run, { job, host }: ReconcileStep, hooks: Problem | undefined): Problem | undefined {
  if (hooks === undefined || run.signal.aborted) return hooks;
  const message = `job ${job} was stopped on ${host}, which is no longer in workers.json, and then: ${problemText(hooks)}`;
  run.emit({ type: 'noticed', level: 'warning', message });
  return undefined;
}

/**
 * Records immediately that the allocation is stopped, even if hooks or clean-up fail later. When the allocation is
 * enabled again, it must be started.
 */
async function recordStopped({ ledger }: Run, { allocationId }: ReconcileStep): Promise<void> {
  const record = ledger.allocation(allocationId);
  if (record) ledger.record({ ...record, stopped: true });
  await ledger.commit();
}

/**
 * Removes the folder of the bucket from workers that left, when no allocation on the worker still has to be stopped.
 */
async function removeEmptyBuckets(
  run: Run,
  steps: readonly ReconcileStep[],
  unreachable: ReadinessProblems,
): Promise<void> {
  const ran = steps.filter(
    ({ workerLeft, action, host }) => workerLeft && action !== 'forget' && !unreachable.has(host),
  );
  const left = new Map(ran.map((step) => [step.host, step]));
  for (const [host, step] of left) {
    const here = run.ledger.allocations.filter((record) => record.host === host);
    const pending = here.some(({ removed, stopped }) => !(removed && stopped));
    if (pending || run.signal.aborted) continue;
    const worker = workerOfStep(run, step);
    const problem = await removeBucket(run, worker, step.job);
    if (problem === undefined) {
      for (const { id } of here) run.ledger.forget(id);
      continue;
    }
    const message = `the bucket's folder on the removed worker ${host} may still be there: ${problemText(problem)}`;
    run.emit({ type: 'noticed', level: 'warning', message });
  }
}

async function refreshWorker({ deliverer }: Rollout, step: ReconcileStep): Promise<Problem | undefined> {
  return (await deliverer.workerFiles([step.host], step.job)).get(step.host);
}

function removeBucket(run: Run, worker: CatalogWorker, job: string): Promise<Problem | undefined> {
  const script = removalProgram('bucket', bucketFolder(worker, run.catalog.bucketId));
  const ending = 'worker left' as const;
  return runOnWorker(run, { job, worker, phase: 'clean_up', label: 'clean-up', script, env: {}, ending });
}

/**
 * Runs the hooks after a stop. A job that left the workspace has no hooks any more, so only the `stop` target ran for
 * it.
 */
async function afterStopped(run: Run, step: ReconcileStep): Promise<Problem | undefined> {
  const job = run.catalog.jobs.find(({ name }) => name === step.job);
  if (!job) return undefined;
  const allocations = [allocationOf(run, job, step)];
  return runHookPhase(run, { event: 'after_allocation_stopped', job, allocations, batchSize: 0, phase: 'stop' });
}

function allocationOf(run: Run, job: CatalogJob, { allocationId, host }: ReconcileStep): Allocation {
  const index = lastIndex(run, job.name, host);
  const present = job.allocations.find(({ id }) => id === allocationId);
  return present ?? { id: allocationId, job: job.name, host, disabled: false, index, newVersion: job.version };
}

/**
 * Returns the index that an allocation had before the build removed it. The history of the KV store contains this
 * index. A script may use it to find its leader.
 */
function lastIndex({ ledger }: Run, job: string, host: string): number {
  return Number(ledger.kv.lastValue(allocationNamespace(job, host), `${job}_allocation_index`) ?? 0);
}

/** Removes the keys of jobs that have nothing left anywhere. What may still run keeps the keys of its job. */
function purgeGoneJobs({ catalog, ledger }: Run, ended: readonly EndedStep[]): void {
  const kept = new Set(catalog.jobs.filter(({ allocations }) => allocations.length > 0).map(({ name }) => name));
  for (const { step, end } of ended) if ('problem' in end) kept.add(step.job);
  for (const job of new Set(ended.map(({ step }) => step.job))) {
    if (kept.has(job)) continue;
    clearJob(ledger.kv, job);
    ledger.markPostDeploy(job, 'done');
  }
}

/** Checks that a job that lost a running allocation is still healthy on its other workers. */
async function checkSurvivors(run: Run, ended: readonly EndedStep[]): Promise<string[]> {
  const failures: string[] = [];
  const lost = ended.filter(({ step, end }) => step.action !== 'forget' && end.outcome !== 'given-up');
  const jobs = new Set(lost.map(({ step }) => step.job));
  for (const job of run.catalog.jobs) {
    if (!jobs.has(job.name)) continue;
    const running = job.allocations.filter(({ id, disabled }) => !disabled && run.ledger.allocation(id)?.promoted);
    const problems = await waitHealthy(run, job, running);
    if (problems.size > 0) failures.push(`job ${job.name}: ${problemsText(problems.values())}`);
  }
  return failures;
}
