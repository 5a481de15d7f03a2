/**
 * The health gate between batches: waits until allocations are healthy, and returns the allocations that stay
 * unhealthy.
 */

import type { Allocation, CatalogJob } from '../../catalog/types.ts';
import type { Problem } from '../../events/problem.ts';
import { problemsText, problemText } from '../../events/problem-text.ts';
import { checkJob, type HealthProblems, hasHealthCheck, hasHealthHook, type JobCheck } from '../../health/check-job.ts';
import { patienceOf, waitUntilHealthy } from '../../health/wait.ts';
import type { Run } from '../run.ts';
import { workerOf } from '../run.ts';

const HEALTHY: HealthProblems = new Map();

/** Checks health once, without waiting. */
export function lookAt(run: Run, job: CatalogJob, allocations: readonly Allocation[]): Promise<HealthProblems> {
  if (!hasHealthCheck(job) || allocations.length === 0) return Promise.resolve(HEALTHY);
  return checkJob(jobCheck(run, job, allocations));
}

/** Waits for health as long as the manifest allows. Returns the remaining problems. */
export async function waitHealthy(
  run: Run,
  job: CatalogJob,
  allocations: readonly Allocation[],
): Promise<HealthProblems> {
  if (!hasHealthCheck(job) || allocations.length === 0) return HEALTHY;
  const { emit, nowMs, signal } = run;
  const began = nowMs();
  const patience = patienceOf(job.entry.healthCheck);
  emit({ type: 'phase-started', job: job.name, phase: 'health' });
  const problems = await waitUntilHealthy({
    patience,
    check: () => checkJob(jobCheck(run, job, allocations)),
    beforeRetry: () => run.workers.forget('phase'), // a worker that the lifecycle command rebooted comes back
    onRetry: (attempt, found) =>
      emit({
        type: 'health-retried',
        job: job.name,
        attempt,
        attempts: patience.attempts,
        problems: [...found.values()].map(problemText),
      }),
    nowMs,
    signal,
  });
  emit({
    type: 'phase-finished',
    job: job.name,
    phase: 'health',
    outcome: signal.aborted ? 'cancelled' : problems.size === 0 ? 'succeeded' : 'failed',
    durationMs: nowMs() - began,
    ...(problems.size === 0 ? {} : { message: problemsText(problems.values()) }),
  });
  return problems;
}

function jobCheck(run: Run, job: CatalogJob, allocations: readonly Allocation[]): JobCheck {
  const { workers, settings, signal } = run;
  return {
    job,
    allocations,
    workerOf: (host) => workerOf(run, host),
    workers,
    runHooks: hasHealthHook(job) ? (targets) => healthHooks(run, job, targets) : undefined,
    parallelWorkers: settings.parallelWorkers,
    signal,
  };
}

/** Runs the health hooks. A host whose hook did not finish does not count as healthy. */
async function healthHooks(run: Run, job: CatalogJob, allocations: readonly Allocation[]): Promise<HealthProblems> {
  const batchSize = job.entry.maxConcurrentUpgrades;
  const result = await run.runHooks({ event: 'health_check', job, allocations, batchSize, phase: 'health_check' });
  const { failure } = result;
  const problems = new Map(
    [...result.problems].map(([host, said]): [string, Problem] => [host, { kind: 'hook', said }]),
  );
  if (!run.signal.aborted && (failure === undefined || problems.size > 0)) return problems;
  const unknown: Problem = failure === undefined ? { kind: 'cancelled' } : { kind: 'hook', said: failure };
  return new Map(allocations.map(({ host }) => [host, problems.get(host) ?? unknown]));
}
