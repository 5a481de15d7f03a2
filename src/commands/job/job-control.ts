/**
 * `maand job start|stop|restart|reload|status|run`: runs a target of chosen jobs, wave by wave, on workers that hold
 * what the state believes. `status` takes no lock and changes nothing.
 */
import { Failure } from '../../base/failure.ts';
import { continuityOf } from '../../build/record-build.ts';
import { resolveCatalog } from '../../build/resolve-catalog.ts';
import type { CatalogJob } from '../../catalog/types.ts';
import type { HookEvent } from '../../events/hook-event.ts';
import { findHookTools, interpreterFailure, missingInterpreters } from '../../hooks/process/interpreters.ts';
import { stageOf } from '../../plan/allocation-stage.ts';
import type { Request } from '../../request/request.ts';
import {
  type ControlledJob,
  controlJob,
  controlledAllocations,
  type JobControl,
} from '../../rollout/by-hand/control-job.ts';
import { findOutOfStep } from '../../rollout/by-hand/worker-sync.ts';
import { knownAllocation } from '../../rollout/job/stage-job.ts';
import { jobOf, type Run } from '../../rollout/run.ts';
import type { BuiltBucket } from '../../session/built-bucket.ts';
import type { CommandResult, Face } from '../../session/face.ts';
import { maskStoredSecrets } from '../../session/mask-stored-secrets.ts';
import { locateBucket, openWorkspace, selectJobs, selectWorkers } from '../../session/open-bucket.ts';
import { openRun } from '../../session/open-run.ts';
import type { Tools } from '../../session/tools.ts';
import { readState, withState } from '../../session/with-state.ts';
import type { OpenState } from '../../state/open-state.ts';
import { controlResult } from './job-control-result.ts';

export interface JobOrder {
  readonly target: string;
  /** Names as they were typed. */
  readonly jobs: readonly string[];
}

interface Asked {
  readonly request: Request;
  readonly face: Face;
  readonly tools: Tools;
}

export async function jobControl({ request, face, tools }: Asked, order: JobOrder): Promise<CommandResult> {
  const bucketDir = await locateBucket(request, face);
  const workspace = await openWorkspace(bucketDir, request, face);
  const wanted = order.jobs.map((name) => name.trim()).filter((name) => name !== '');
  const jobs = selectJobs(
    wanted,
    workspace.jobs.map(({ name }) => name),
  );
  if (wanted.length === 0) throw new Failure('which job? the name is empty', { exitCode: 2 });
  const input = { request, face, tools, workspace };
  const work = (state: OpenState) => {
    maskStoredSecrets(state, face);
    const catalog = resolveCatalog(workspace, continuityOf(state.ledger), face);
    return control({ ...input, state, catalog }, order.target, jobs);
  };
  return order.target === 'status' ? work(await readState(input)) : withState(input, work);
}

async function control(built: BuiltBucket, target: string, names: ReadonlySet<string>): Promise<CommandResult> {
  const { request, face, catalog } = built;
  const { allocations } = request.filters;
  const known = catalog.workers.map(({ host }) => host);
  const hosts = allocations.length === 0 ? undefined : selectWorkers(allocations, known);
  const asked: JobControl = { target, hosts, health: request.flags.healthCheck ? 'asked' : 'ignored' };
  await using opened = await openRun(built);
  const { run } = opened;
  const jobs = catalog.waves.flatMap((wave) => wave.filter((name) => names.has(name))).map((name) => jobOf(run, name));
  await requireTools(jobs, asked, face);
  if (target !== 'status') await requireInStep(run, jobs, asked);
  const results: ControlledJob[] = [];
  for (const job of jobs) {
    if (face.signal.aborted) break;
    face.emit({ type: 'job-started', job: job.name, seq: job.deploymentSeq });
    results.push(await controlJob(run, job, asked));
  }
  if (target !== 'status') await run.ledger.commit();
  return controlResult(target, results, opened.hookRecords);
}

/** What hooks of this order need on this machine, before anything is touched. */
async function requireTools(jobs: readonly CatalogJob[], { health }: JobControl, face: Face): Promise<void> {
  const events: HookEvent[] = health === 'asked' ? ['job_control', 'health_check'] : ['job_control'];
  const missing = await missingInterpreters(jobs, await findHookTools(face.env.PATH ?? ''), events);
  if (missing.length > 0) throw interpreterFailure(missing);
}

/** Asked of the chosen workers only: a dead one elsewhere does not stand in the way. All or nothing. */
async function requireInStep(run: Run, jobs: readonly CatalogJob[], control: JobControl): Promise<void> {
  const allocations = jobs.flatMap((job) => controlledAllocations(run, job, control));
  const fresh = allocations.filter(({ id }) => {
    const stage = stageOf(knownAllocation(run, id));
    return stage === 'placed' || stage === 'removed';
  });
  const outOfStep = await findOutOfStep(run, [...new Set(allocations.map(({ host }) => host))]);
  const problems = [
    ...outOfStep.values(),
    ...fresh
      .filter(({ host }) => !outOfStep.has(host))
      .map(({ job, host }) => `job ${job} has not been deployed to ${host} yet (run maand deploy)`),
  ];
  if (problems.length === 0) return;
  throw new Failure(problems.join('\n'), { exitCode: 1, hint: 'nothing was run on any worker' });
}
