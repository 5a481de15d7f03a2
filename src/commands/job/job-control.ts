/**
 * `maand job start|stop|restart|reload|status|run`: runs a make target of the chosen jobs, wave by wave. It runs only on
 * workers whose deployed files match the state. `status` takes no lock and changes nothing.
 */

import { Failure } from '../../base/failure.ts';
import type { CatalogJob } from '../../catalog/types.ts';
import type { HookEvent } from '../../events/hook-event.ts';
import { problemText } from '../../events/problem-text.ts';
import { findHookTools, interpreterFailure, missingInterpreters } from '../../hooks/process/interpreters.ts';
import { stageOf } from '../../plan/allocation-stage.ts';
import {
  type ControlledJob,
  controlJob,
  controlledAllocations,
  type JobControl,
} from '../../rollout/by-hand/control-job.ts';
import { findOutOfStep } from '../../rollout/by-hand/worker-sync.ts';
import { knownAllocation } from '../../rollout/known-allocation.ts';
import { jobOf, type Run } from '../../rollout/run.ts';
import type { BuiltBucket } from '../../session/built-bucket.ts';
import type { CommandCall } from '../../session/command-call.ts';
import type { CommandResult } from '../../session/face.ts';
import { maskStoredSecrets } from '../../session/masks/mask-stored-secrets.ts';
import { jobNames, selectJobs, selectWorkers } from '../../session/open-bucket.ts';
import { withBucket } from '../../session/with-bucket.ts';
import { withBuilt } from '../../session/with-built.ts';
import { withRun } from '../../session/with-run.ts';
import { controlResult } from './job-control-result.ts';

export interface JobOrder {
  readonly target: string;
  /** Names of jobs as the user typed them. */
  readonly jobs: readonly string[];
}

export async function jobControl(call: CommandCall, { target, jobs }: JobOrder): Promise<CommandResult> {
  return withBucket(call, (bucket) => {
    const wanted = jobs.map((name) => name.trim()).filter((name) => name !== '');
    const names = selectJobs(wanted, jobNames(bucket.workspace));
    if (wanted.length === 0) throw new Failure('the name of the job is empty', { exitCode: 2 });
    const state = target === 'status' ? 'read' : 'change';
    return withBuilt(bucket, { state, catalog: 'workspace' }, (built) => control(built, target, names));
  });
}

async function control(built: BuiltBucket, target: string, names: ReadonlySet<string>): Promise<CommandResult> {
  maskStoredSecrets(built.state, built.face);
  const chosen = built.catalog.waves.flat().filter((name) => names.has(name));
  const jobs = chosen.map((name) => jobOf(built, name));
  const asked = readControl(built, target);
  await requireTools(jobs, asked);
  return withRun(built, async ({ run, hookRecords }) => {
    const results = await controlAll(run, jobs, asked);
    return controlResult(target, results, hookRecords);
  });
}

function readControl({ request, catalog }: BuiltBucket, target: string): JobControl {
  const { allocations } = request.filters;
  const known = catalog.workers.map(({ host }) => host);
  const hosts = allocations.length === 0 ? undefined : selectWorkers(allocations, known);
  return { target, hosts, health: request.flags.healthCheck ? 'asked' : 'ignored' };
}

/** Runs the target for one job after another, until the run is cancelled. */
async function controlAll(run: Run, jobs: readonly CatalogJob[], asked: JobControl): Promise<ControlledJob[]> {
  if (asked.target !== 'status') await requireInStep(run, jobs, asked);
  const results: ControlledJob[] = [];
  for (const job of jobs) {
    if (run.signal.aborted) break;
    run.emit({ type: 'job-started', job: job.name, seq: job.deploymentSeq });
    results.push(await controlJob(run, job, asked));
  }
  if (asked.target !== 'status') await run.ledger.commit();
  return results;
}

/**
 * Throws a `Failure` when this machine lacks a tool that the hooks of these jobs need. The check runs before anything is
 * changed.
 */
async function requireTools(jobs: readonly CatalogJob[], { health }: JobControl): Promise<void> {
  const events: HookEvent[] = health === 'asked' ? ['job_control', 'health_check'] : ['job_control'];
  const missing = await missingInterpreters(jobs, await findHookTools(), events);
  if (missing.length > 0) throw interpreterFailure(missing);
}

/**
 * Throws a `Failure` (exit code 1) when a chosen worker does not hold the files that the state expects. In this case the
 * target runs on no worker. Other workers are not contacted, so an unreachable one among them does not stop the command.
 */
async function requireInStep(run: Run, jobs: readonly CatalogJob[], control: JobControl): Promise<void> {
  const allocations = jobs.flatMap((job) => controlledAllocations(run, job, control));
  const fresh = allocations.filter(({ id }) => {
    const stage = stageOf(knownAllocation(run, id));
    return stage === 'placed' || stage === 'removed';
  });
  const outOfStep = await findOutOfStep(run, [...new Set(allocations.map(({ host }) => host))]);
  const problems = [
    ...[...outOfStep.values()].map(problemText),
    ...fresh
      .filter(({ host }) => !outOfStep.has(host))
      .map(({ job, host }) => `job ${job} has not been deployed to ${host} yet (run maand deploy)`),
  ];
  if (problems.length === 0) return;
  throw new Failure(problems.join('\n'), { exitCode: 1, hint: 'nothing was run on any worker' });
}
