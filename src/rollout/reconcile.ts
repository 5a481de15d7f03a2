/**
 * Stops allocations that are no longer wanted: removed allocations, and allocations that were disabled after their
 * start.
 */

import { shellQuote } from '../base/text/shell-quote.ts';
import type { Allocation, CatalogJob, CatalogWorker } from '../catalog/types.ts';
import type { ReconcileStep } from '../events/plan.ts';
import type { Problem } from '../events/problem.ts';
import { problemsText, problemText } from '../events/problem-text.ts';
import { allocationNamespace } from '../kv/namespaces.ts';
import { clearJob } from '../kv/publish.ts';
import { workerProgram } from '../worker-side/program.ts';
import { runHookPhase } from './hook-events.ts';
import { waitHealthy } from './job/gate.ts';
import type { Rollout } from './job/roll-job.ts';
import { runOnWorker, runTarget } from './lifecycle.ts';
import { bucketFolder, jobFolder, type Run, workerOf } from './run.ts';

export interface Reconciled {
  /** One sentence for each failure. A failed step stays pending. */
  readonly failures: readonly string[];
  /** Jobs with an allocation that could not be stopped. The jobs that demand such a job must not continue. */
  readonly failedJobs: ReadonlySet<string>;
}

/** Carries out the steps of a plan, in their order. */
export async function reconcile(rollout: Rollout, steps: readonly ReconcileStep[]): Promise<Reconciled> {
  const { run } = rollout;
  const failures: string[] = [];
  const failedJobs = new Set<string>();
  if (steps.some(({ action }) => action !== 'forget')) await rollout.raiseUpdateSeq();
  for (const step of steps) {
    const failure: Problem | undefined = run.signal.aborted ? { kind: 'cancelled' } : await reconcileOne(rollout, step);
    if (failure === undefined) {
      run.emit({ type: 'reconciled', job: step.job, worker: step.host, action: step.action });
    } else {
      const error = problemText(failure);
      failures.push(`job ${step.job}: ${error}`);
      failedJobs.add(step.job);
      run.emit({ type: 'reconcile-failed', job: step.job, worker: step.host, error });
    }
    await run.ledger.commit();
  }
  await removeEmptyBuckets(run, steps);
  purgeGoneJobs(run, steps, failedJobs);
  failures.push(...(await checkSurvivors(run, steps)));
  await run.ledger.commit();
  return { failures, failedJobs };
}

async function reconcileOne(rollout: Rollout, step: ReconcileStep): Promise<Problem | undefined> {
  const { run } = rollout;
  const { ledger } = run;
  const problem = step.action === 'forget' ? undefined : await stopOn(rollout, step, workerOfStep(run, step));
  if (problem !== undefined) {
    // After `overtaken`, the worker is alive, because a newer run has taken it over.
    if (!step.workerLeft || run.signal.aborted || problem.kind === 'overtaken') return problem;
    const message = `job ${step.job} on the removed worker ${step.host} could not be stopped, assuming dead: ${problemText(problem)}`;
    run.emit({ type: 'noticed', level: 'warning', message });
  }
  if (step.action === 'stop+remove' && !step.workerLeft) keepForGc(run, step);
  else if (step.action !== 'stop') ledger.forget(step.allocationId);
  return undefined;
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
  if (hooks !== undefined || step.workerLeft) return hooks;
  if (step.action === 'stop+remove') {
    const script = workerProgram('job/clean', { variables: { folder: jobFolder(worker, run.catalog.bucketId, job) } });
    const cleaned = await runOnWorker(run, { job, worker, phase: 'stop', label: 'clean-up', script, env: {} });
    if (cleaned !== undefined) return cleaned;
  }
  return refreshWorker(rollout, step);
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
async function removeEmptyBuckets(run: Run, steps: readonly ReconcileStep[]): Promise<void> {
  const ran = steps.filter(({ workerLeft, action }) => workerLeft && action !== 'forget');
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
  const script = `rm -rf -- ${shellQuote(bucketFolder(worker, run.catalog.bucketId))}`;
  const ending = 'worker left' as const;
  return runOnWorker(run, { job, worker, phase: 'stop', label: 'clean-up', script, env: {}, ending });
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

function workerOfStep(run: Run, step: ReconcileStep): CatalogWorker {
  const removed = run.catalog.removed.find(({ id }) => id === step.allocationId);
  return removed?.worker ?? workerOf(run, step.host);
}

function purgeGoneJobs({ catalog, ledger }: Run, steps: readonly ReconcileStep[], failed: ReadonlySet<string>): void {
  const kept = new Set(catalog.jobs.filter(({ allocations }) => allocations.length > 0).map(({ name }) => name));
  for (const job of new Set(steps.map(({ job: name }) => name))) {
    if (kept.has(job) || failed.has(job)) continue;
    clearJob(ledger.kv, job);
    ledger.markPostDeploy(job, 'done');
  }
}

/** Checks that a job that lost a running allocation is still healthy on its other workers. */
async function checkSurvivors(run: Run, steps: readonly ReconcileStep[]): Promise<string[]> {
  const failures: string[] = [];
  const jobs = new Set(steps.filter(({ action }) => action !== 'forget').map(({ job }) => job));
  for (const job of run.catalog.jobs) {
    if (!jobs.has(job.name)) continue;
    const running = job.allocations.filter(({ id, disabled }) => !disabled && run.ledger.allocation(id)?.promoted);
    const problems = await waitHealthy(run, job, running);
    if (problems.size > 0) failures.push(`job ${job.name}: ${problemsText(problems.values())}`);
  }
  return failures;
}
