/**
 * Runs a target of one job on chosen allocations when a person requests it. Uses the `job_control` hooks of the job, or
 * make when the job has no such hooks. The allocations run in rollout order and in batches. The deployed version does
 * not change, so nothing is recorded in the state.
 */

import { mapLimit } from '../../base/concurrency.ts';
import type { Allocation, CatalogJob } from '../../catalog/types.ts';
import type { Problem } from '../../events/problem.ts';
import { problemText } from '../../events/problem-text.ts';
import type { HealthProblems } from '../../health/check-job.ts';
import { batchesOf } from '../../plan/rollout-order.ts';
import { workerProgram } from '../../worker-side/program.ts';
import { hasHooks, inRolloutOrder, runHookPhase } from '../hook-events.ts';
import { lookAt, waitHealthy } from '../job/gate.ts';
import { followOnWorker, type WorkerEnd } from '../lifecycle.ts';
import { jobFolder, type Run, workerOf } from '../run.ts';

const NOT_THERE = 'the job is not there (run maand deploy)';

export interface JobControl {
  /** `start`, `stop`, `restart`, `reload`, `status`, or another target of the job. */
  readonly target: string;
  /** Workers whose allocations are chosen. When it is undefined, all workers are chosen. */
  readonly hosts: ReadonlySet<string> | undefined;
  readonly health: 'asked' | 'ignored';
}

/** The result of the target for one job. `workers` contains the workers on which make ran. */
export interface ControlledJob {
  readonly job: string;
  readonly outcome: 'succeeded' | 'failed' | 'cancelled' | 'skipped';
  /** Why the target did not run. */
  readonly reason?: string;
  readonly error?: string;
  readonly workers: readonly WorkerEnd[];
}

/** Returns the chosen active allocations in rollout order. Disabled allocations are never chosen. */
export function controlledAllocations(run: Run, job: CatalogJob, { hosts }: Pick<JobControl, 'hosts'>): Allocation[] {
  const meant = job.allocations.filter(({ host, disabled }) => !disabled && (hosts?.has(host) ?? true));
  return inRolloutOrder(run, job, meant);
}

export async function controlJob(run: Run, job: CatalogJob, control: JobControl): Promise<ControlledJob> {
  const allocations = controlledAllocations(run, job, control);
  if (allocations.length === 0) {
    return { job: job.name, outcome: 'skipped', reason: reasonForNone(job, control), workers: [] };
  }
  const workers: WorkerEnd[] = [];
  const order = { run, job, control, allocations, workers };
  const problem = await (hasHooks(job, 'job_control') ? byHooks(order) : byMake(order));
  if (problem === undefined) return { job: job.name, outcome: 'succeeded', workers };
  const outcome = run.signal.aborted ? 'cancelled' : 'failed';
  return { job: job.name, outcome, error: problemText(problem), workers };
}

function reasonForNone({ allocations }: CatalogJob, { hosts }: JobControl): string {
  const meant = allocations.filter(({ host }) => hosts?.has(host) ?? true);
  if (meant.length > 0) return `disabled on ${meant.map(({ host }) => host).join(', ')}`;
  return hosts === undefined ? 'no allocations' : `no allocation on ${[...hosts].join(', ')}`;
}

interface ControlOrder {
  readonly run: Run;
  readonly job: CatalogJob;
  readonly control: JobControl;
  readonly allocations: readonly Allocation[];
  /** Collects the result of each worker as soon as the worker ends. */
  readonly workers: WorkerEnd[];
}

async function byHooks({ run, job, control, allocations }: ControlOrder): Promise<Problem | undefined> {
  const { target, health } = control;
  const watched = health === 'asked' ? await openWatch(run, job, control) : undefined;
  const failure = await runHookPhase(run, {
    event: 'job_control',
    job,
    allocations: allocations.map((one) => ({ ...one, newVersion: versionsOf(run, one).next })),
    batchSize: job.entry.maxConcurrentUpgrades,
    phase: 'job_control',
    extraEnv: { TARGET: target },
  });
  if (failure !== undefined) return { kind: 'target', target, by: 'hooks', cause: failure };
  return watched && askHealth(watched, allocations);
}

async function byMake(order: ControlOrder): Promise<Problem | undefined> {
  const { run, job, control, allocations } = order;
  const watched = control.health === 'asked' ? await openWatch(run, job, control) : undefined;
  // `status` runs on all workers at once, so that one unhealthy worker does not hide the others
  const isLook = control.target === 'status';
  const batches = batchesOf(allocations, isLook ? 0 : Math.max(1, job.entry.maxConcurrentUpgrades));
  for (const [index, batch] of batches.entries()) {
    if (run.signal.aborted) return { kind: 'cancelled' };
    const failure = await makeBatch(order, batch, { index, count: batches.length });
    if (failure !== undefined) return { kind: 'target', target: control.target, by: 'make', cause: failure };
    const unhealthy = watched && (await askHealth(watched, batch));
    if (unhealthy !== undefined) return unhealthy;
  }
  return undefined;
}

/** Runs the target on all workers of the batch at the same time. The batch is judged when all workers have finished. */
async function makeBatch(
  { run, job, control: { target }, workers }: ControlOrder,
  batch: readonly Allocation[],
  place: { readonly index: number; readonly count: number },
): Promise<Problem | undefined> {
  const hosts = batch.map(({ host }) => host);
  run.emit({ type: 'batch-started', job: job.name, action: target, ...place, workers: hosts });
  const ended = await mapLimit(batch, run.settings.parallelWorkers, (allocation) => make(run, allocation, target));
  workers.push(...ended);
  const problems = ended.flatMap(({ problem }) => problem ?? []);
  return problems.length === 0 ? undefined : { kind: 'list', problems };
}

function make(run: Run, allocation: Allocation, target: string): Promise<WorkerEnd> {
  const worker = workerOf(run, allocation.host);
  const folder = jobFolder(worker, run.catalog.bucketId, allocation.job);
  const { current, next } = versionsOf(run, allocation);
  return followOnWorker(run, {
    job: allocation.job,
    worker,
    phase: 'job_control',
    action: target,
    label: `make ${target}`,
    script: workerProgram('job/make-target', { variables: { folder, target, missing: NOT_THERE } }),
    env: { CURRENT_VERSION: current, NEW_VERSION: next },
  });
}

/**
 * Returns the versions on the worker, not those of the current workspace, because a restart by hand must not upgrade
 * anything.
 */
function versionsOf({ ledger }: Run, { id, newVersion }: Allocation) {
  const record = ledger.allocation(id);
  const deployed = record?.applied ?? record?.promoted;
  const current = record?.currentVersion ?? '0.0.0';
  const isLast = deployed !== undefined && (record?.delivered ?? deployed.hash) === deployed.hash;
  return { current, next: isLast ? deployed.version : newVersion };
}

/** The allocations that must be healthy while the target runs. */
interface Watch {
  readonly run: Run;
  readonly job: CatalogJob;
  readonly target: string;
  /** Hosts that must stay healthy. Hosts that were unhealthy before are not included. */
  readonly guarded: Set<string>;
}

async function openWatch(run: Run, job: CatalogJob, { target }: JobControl): Promise<Watch> {
  const active = job.allocations.filter(({ disabled }) => !disabled);
  const problems: HealthProblems = target === 'status' ? new Map() : await lookAt(run, job, active);
  const guarded = active.map(({ host }) => host).filter((host) => !problems.has(host));
  return { run, job, target, guarded: new Set(guarded) };
}

/**
 * Checks health after the target ran on `done`. Stopped allocations need not be healthy. All other allocations must be
 * or become healthy.
 */
async function askHealth(
  { run, job, target, guarded }: Watch,
  done: readonly Allocation[],
): Promise<Problem | undefined> {
  for (const { host } of done) {
    if (target === 'stop') guarded.delete(host);
    else guarded.add(host);
  }
  const allocations = job.allocations.filter(({ host }) => guarded.has(host));
  const problems = await (target === 'status' ? lookAt(run, job, allocations) : waitHealthy(run, job, allocations));
  if (run.signal.aborted) return { kind: 'cancelled', when: 'while waiting for health' };
  return problems.size === 0 ? undefined : { kind: 'unhealthy', problems: [...problems.values()] };
}
