/** `maand health_check`: checks that the workers can be reached and that every job is healthy. Reads only. */
import { mapLimit } from '../base/concurrency.ts';
import { Failure } from '../base/failure.ts';
import { continuityOf } from '../build/record-build.ts';
import { resolveCatalog } from '../build/resolve-catalog.ts';
import type { CatalogJob } from '../catalog/types.ts';
import { hasHealthCheck } from '../health/check-job.ts';
import type { Request } from '../request/request.ts';
import { workerGateProblem } from '../rollout/by-hand/worker-gate.ts';
import { inRolloutOrder } from '../rollout/hook-events.ts';
import { lookAt, waitHealthy } from '../rollout/job/gate.ts';
import { jobOf, type Run } from '../rollout/run.ts';
import type { CommandResult, Face } from '../session/face.ts';
import { locateBucket, openWorkspace, selectJobs } from '../session/open-bucket.ts';
import { openRun } from '../session/open-run.ts';
import type { Tools } from '../session/tools.ts';
import { readState } from '../session/with-state.ts';

const JOBS_AT_ONCE = 16;

interface JobHealth {
  readonly job: string;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  readonly reason?: string;
  readonly error?: string;
}

export async function healthCheck(request: Request, face: Face, tools: Tools): Promise<CommandResult> {
  const bucketDir = await locateBucket(request, face);
  const workspace = await openWorkspace(bucketDir, request, face);
  const jobs = selectJobs(
    request.filters.jobs,
    workspace.jobs.map(({ name }) => name),
  );
  const state = await readState({ request, face, tools, workspace });
  const catalog = resolveCatalog(workspace, continuityOf(state.ledger), face);
  const began = Date.now();
  await using opened = await openRun({ request, face, tools, workspace, state, catalog });
  const { run } = opened;
  const gate = await workerGateProblem(run);
  if (gate !== undefined) throw new Failure(gate, { exitCode: 1 });
  const names = catalog.waves.flat().filter((name) => jobs.has(name));
  const results = await mapLimit(names, JOBS_AT_ONCE, (name) => checkOne(run, jobOf(run, name), request.flags.wait));
  return toResult(results, Date.now() - began);
}

function toResult(results: readonly JobHealth[], durationMs: number): CommandResult {
  const failed = results.filter(({ outcome }) => outcome === 'failed');
  const lines = results.map(({ job, outcome, reason, error }) => {
    const why = reason ?? error;
    return `health check ${outcome}: ${job}${why === undefined ? '' : ` (${why})`}\n`;
  });
  return {
    exitCode: failed.length > 0 ? 1 : 0,
    json: { ok: failed.length === 0, duration_ms: durationMs, jobs: results },
    text: lines.join(''),
    summary: ['## maand health_check', '', ...lines.map((line) => `- ${line.trim()}`), ''].join('\n'),
    outputs: { 'failed-jobs': failed.map(({ job }) => job) },
  };
}

async function checkOne(run: Run, job: CatalogJob, wait: boolean): Promise<JobHealth> {
  if (job.allocations.length === 0) return { job: job.name, outcome: 'skipped', reason: 'no allocations' };
  if (!hasHealthCheck(job)) return { job: job.name, outcome: 'skipped', reason: 'no health_check config or hooks' };
  const allocations = inRolloutOrder(run, job, job.allocations);
  const problems = await (wait ? waitHealthy(run, job, allocations) : lookAt(run, job, allocations));
  if (problems.size === 0) return { job: job.name, outcome: 'passed' };
  return { job: job.name, outcome: 'failed', error: run.masker.mask([...problems.values()].join('; ')) };
}
