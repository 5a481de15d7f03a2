/** `maand health_check`: checks that the workers can be reached and that every job is healthy. Changes nothing. */

import { mapLimit } from '../base/concurrency.ts';
import { Failure } from '../base/failure.ts';
import type { CatalogJob } from '../catalog/types.ts';
import { problemsText } from '../events/problem-text.ts';
import { hasHealthCheck } from '../health/check-job.ts';
import type { Request } from '../request/request.ts';
import { workerGateProblem } from '../rollout/by-hand/worker-gate.ts';
import { inRolloutOrder } from '../rollout/hook-events.ts';
import { lookAt, waitHealthy } from '../rollout/job/gate.ts';
import { jobOf, type Run } from '../rollout/run.ts';
import type { CommandCall } from '../session/command-call.ts';
import { type CommandResult, resultOf, type Shown } from '../session/face.ts';
import { jobNames, selectJobs } from '../session/open-bucket.ts';
import { withBucket } from '../session/with-bucket.ts';
import { withBuilt } from '../session/with-built.ts';
import { withRun } from '../session/with-run.ts';

const JOBS_AT_ONCE = 16;

interface JobHealth {
  readonly job: string;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  readonly reason?: string;
  readonly error?: string;
}

export async function healthCheck(call: CommandCall): Promise<CommandResult> {
  return withBucket(call, (bucket) => {
    const jobs = selectJobs(call.request.filters.jobs, jobNames(bucket.workspace));
    return withBuilt(bucket, { state: 'read', catalog: 'workspace' }, async (built) => {
      const began = Date.now();
      const results = await withRun(built, ({ run }) => checkJobs(run, jobs, call.request));
      return resultOf({
        exitCode: results.some(({ outcome }) => outcome === 'failed') ? 1 : 0,
        data: { results, durationMs: Date.now() - began },
        wording: { results: { job: 'name', reason: 'name', error: 'text' } },
        show: showHealth,
      });
    });
  });
}

/** Checks the health of the jobs. Throws a `Failure` (exit code 1) when a worker does not answer. */
async function checkJobs(run: Run, jobs: ReadonlySet<string>, { flags }: Request): Promise<JobHealth[]> {
  const gate = await workerGateProblem(run);
  if (gate !== undefined) throw new Failure(gate, { exitCode: 1 });
  const names = run.catalog.waves.flat().filter((name) => jobs.has(name));
  const ask = flags.wait ? waitHealthy : lookAt;
  return mapLimit(names, JOBS_AT_ONCE, (name) => checkOne(run, jobOf(run, name), ask));
}

interface CheckedJobs {
  readonly results: readonly JobHealth[];
  readonly durationMs: number;
}

function showHealth({ results, durationMs }: CheckedJobs): Shown {
  const failed = results.filter(({ outcome }) => outcome === 'failed');
  const lines = results.map(({ job, outcome, reason, error }) => {
    const why = reason ?? error;
    return `health check ${outcome}: ${job}${why === undefined ? '' : ` (${why})`}\n`;
  });
  return {
    json: { ok: failed.length === 0, duration_ms: durationMs, jobs: results },
    text: lines.join(''),
    summary: ['## maand health_check', '', ...lines.map((line) => `- ${line.trim()}`), ''].join('\n'),
    outputs: { 'failed-jobs': failed.map(({ job }) => job) },
  };
}

async function checkOne(run: Run, job: CatalogJob, ask: typeof lookAt): Promise<JobHealth> {
  if (job.allocations.length === 0) return { job: job.name, outcome: 'skipped', reason: 'no allocations' };
  if (!hasHealthCheck(job)) return { job: job.name, outcome: 'skipped', reason: 'no health_check config or hooks' };
  const allocations = inRolloutOrder(run, job, job.allocations);
  const problems = await ask(run, job, allocations);
  if (problems.size === 0) return { job: job.name, outcome: 'passed' };
  return { job: job.name, outcome: 'failed', error: problemsText(problems.values()) };
}
