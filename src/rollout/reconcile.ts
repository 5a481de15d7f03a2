/** Stops what is no longer wanted (spec 10 §6): allocations that were removed, or disabled since they were started. */
import { shellQuote } from '../base/shell-quote.ts';
import type { Allocation, CatalogJob, CatalogWorker } from '../catalog/types.ts';
import { clearJob } from '../kv/publish.ts';
import { planReconcile } from '../plan/plan-deploy.ts';
import type { ReconcileStep } from '../plan/types.ts';
import { waitHealthy } from './gate.ts';
import { runHookPhase } from './hook-events.ts';
import { runOnWorker, runTarget } from './lifecycle.ts';
import type { Rollout } from './roll-job.ts';
import { bucketFolder, jobFolder, type Run, workerOf } from './run.ts';
import { knownAllocation } from './stage-job.ts';

/** Answers the failures, each a sentence. What failed stays pending; nothing else waits for it. */
export async function reconcile(rollout: Rollout): Promise<string[]> {
  const { run } = rollout;
  const steps = planReconcile(run.catalog, (id) => knownAllocation(run, id));
  if (steps.length === 0) return [];
  const failures: string[] = [];
  if (steps.some(({ action }) => action !== 'forget')) await rollout.raiseUpdateSeq();
  for (const step of steps) {
    const failure = await reconcileOne(rollout, step);
    if (failure !== undefined) {
      failures.push(failure);
      run.emit({ type: 'reconcile-failed', job: step.job, worker: step.host, error: failure });
    } else {
      run.emit({ type: 'reconciled', job: step.job, worker: step.host, action: step.action });
    }
    await run.ledger.commit();
    if (run.signal.aborted) return [...failures, 'cancelled'];
  }
  purgeGoneJobs(run, steps);
  failures.push(...(await checkSurvivors(run, steps)));
  await run.ledger.commit();
  return failures;
}

async function reconcileOne(rollout: Rollout, step: ReconcileStep): Promise<string | undefined> {
  const { run } = rollout;
  const { ledger } = run;
  if (step.action === 'forget') {
    ledger.forget(step.allocationId);
    return undefined;
  }
  const worker = workerOfStep(run, step);
  const problem = await stopOn(rollout, step, worker);
  if (problem !== undefined && !step.workerLeft) return `job ${step.job}: ${problem}`;
  if (problem !== undefined) {
    const message = `removed worker ${step.host} unreachable, assuming dead: ${problem}`;
    run.emit({ type: 'noticed', level: 'warning', message });
  }
  const record = ledger.allocation(step.allocationId);
  if (step.action === 'stop+remove') ledger.forget(step.allocationId);
  else if (record) ledger.record({ ...record, stopped: true });
  return undefined;
}

/** The stop itself, its hooks, and for a removed allocation the clean-up: data and logs stay. */
async function stopOn(rollout: Rollout, step: ReconcileStep, worker: CatalogWorker): Promise<string | undefined> {
  const { run } = rollout;
  const stopped = await runTarget(run, { job: step.job, worker, target: 'stop', env: {} });
  if (stopped !== undefined) return stopped;
  const hooks = await afterStopped(run, step);
  if (hooks !== undefined) return hooks;
  if (step.action !== 'stop+remove') return refreshWorker(rollout, step);
  const script = step.workerLeft ? removeBucket(run, worker) : removeJob(run, worker, step.job);
  const cleaned = await runOnWorker(run, { job: step.job, worker, phase: 'stop', label: 'clean-up', script, env: {} });
  return cleaned ?? (step.workerLeft ? undefined : refreshWorker(rollout, step));
}

async function refreshWorker({ deliverer }: Rollout, step: ReconcileStep): Promise<string | undefined> {
  return (await deliverer.workerFiles([step.host], step.job)).get(step.host);
}

function removeJob({ catalog }: Run, worker: CatalogWorker, job: string): string {
  const folder = shellQuote(jobFolder(worker, catalog.bucketId, job));
  return `cd ${folder} 2>/dev/null || exit 0
for entry in * .[!.]* ..?*; do
  case $entry in data|logs) continue ;; esac
  [ ! -e "$entry" ] && [ ! -L "$entry" ] || rm -rf -- "./$entry" || exit 1
done`;
}

function removeBucket({ catalog }: Run, worker: CatalogWorker): string {
  return `rm -rf -- ${shellQuote(bucketFolder(worker, catalog.bucketId))}`;
}

/** A job that left the workspace took its hooks along: then only the worker's `stop` target ran. */
async function afterStopped(run: Run, step: ReconcileStep): Promise<string | undefined> {
  const job = run.catalog.jobs.find(({ name }) => name === step.job);
  if (!job) return undefined;
  const allocations = [allocationOf(job, step)];
  return runHookPhase(run, { event: 'after_allocation_stopped', job, allocations, batchSize: 0, phase: 'stop' });
}

function allocationOf(job: CatalogJob, { allocationId, host }: ReconcileStep): Allocation {
  const present = job.allocations.find(({ id }) => id === allocationId);
  return present ?? { id: allocationId, job: job.name, host, disabled: false, index: 0, newVersion: job.version };
}

function workerOfStep(run: Run, step: ReconcileStep): CatalogWorker {
  const removed = run.catalog.removed.find(({ id }) => id === step.allocationId);
  return removed?.worker ?? workerOf(run, step.host);
}

function purgeGoneJobs({ catalog, ledger }: Run, steps: readonly ReconcileStep[]): void {
  const kept = new Set(catalog.jobs.filter(({ allocations }) => allocations.length > 0).map(({ name }) => name));
  for (const job of new Set(steps.map(({ job: name }) => name))) if (!kept.has(job)) clearJob(ledger.kv, job);
}

/** A job that lost a running allocation must still be well on those that run. */
async function checkSurvivors(run: Run, steps: readonly ReconcileStep[]): Promise<string[]> {
  const failures: string[] = [];
  const jobs = new Set(steps.filter(({ action }) => action !== 'forget').map(({ job }) => job));
  for (const job of run.catalog.jobs) {
    if (!jobs.has(job.name)) continue;
    const running = job.allocations.filter(({ id, disabled }) => !disabled && run.ledger.allocation(id)?.promoted);
    const problems = await waitHealthy(run, job, running);
    if (problems.size > 0) failures.push(`job ${job.name}: ${[...problems.values()].join('; ')}`);
  }
  return failures;
}
