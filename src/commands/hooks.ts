/**
 * `maand hooks HOOK [JOB]`: runs a hook for the event `cli`. A job that fails does not undo what the hooks of others
 * wrote.
 */
import { Failure } from '../base/failure.ts';
import { continuityOf } from '../build/record-build.ts';
import { resolveCatalog } from '../build/resolve-catalog.ts';
import type { CatalogJob } from '../catalog/types.ts';
import { findHookTools, interpreterFailure, missingInterpreters } from '../hooks/process/interpreters.ts';
import { jobsWithHook, registeredHooks } from '../hooks/registered.ts';
import type { Request } from '../request/request.ts';
import { inRolloutOrder } from '../rollout/hook-events.ts';
import type { CommandResult, Face } from '../session/face.ts';
import { locateBucket, openWorkspace, selectJobs } from '../session/open-bucket.ts';
import { openRun } from '../session/open-run.ts';
import type { Tools } from '../session/tools.ts';
import { withState } from '../session/with-state.ts';
import { hookRecordJson } from './hook-json.ts';

export async function hooks(request: Request, face: Face, tools: Tools): Promise<CommandResult> {
  const [hook, ...named] = request.operands;
  if (hook === undefined) throw new Failure('which hook? usage: maand hooks HOOK [JOB]', { exitCode: 2 });
  const bucketDir = await locateBucket(request, face);
  const workspace = await openWorkspace(bucketDir, request, face);
  const selected = selectJobs(
    [...named, ...request.filters.jobs],
    workspace.jobs.map(({ name }) => name),
  );
  return withState({ request, face, tools, workspace }, async (state) => {
    const catalog = resolveCatalog(workspace, continuityOf(state.ledger), face);
    const jobs = chooseJobs(
      catalog.jobs.filter(({ name }) => selected.has(name)),
      hook,
      named,
    );
    await requireTools(jobs, hook, face);
    await using opened = await openRun({ request, face, tools, workspace, state, catalog });
    const failures: string[] = [];
    for (const job of jobs) {
      if (jobs.length > 1) face.emit({ type: 'noticed', level: 'info', message: `hooks: ${job.name}` });
      face.emit({ type: 'job-started', job: job.name, seq: job.deploymentSeq });
      const { failure } = await opened.run.runHooks({
        event: 'cli',
        job,
        allocations: inRolloutOrder(opened.run, job, job.allocations),
        batchSize: job.entry.maxConcurrentUpgrades,
        phase: 'cli',
        hook,
      });
      if (failure !== undefined) failures.push(`job ${job.name}: ${failure}`);
    }
    await state.ledger.commit();
    const names = jobs.map(({ name }) => name);
    return {
      exitCode: failures.length > 0 ? 1 : 0,
      json: {
        ok: failures.length === 0,
        hook,
        jobs: names,
        errors: failures,
        hooks: opened.hookRecords.map(hookRecordJson),
      },
      text: failures.length > 0 ? `${failures.join('\n')}\n` : `hook ${hook} succeeded: ${names.join(', ')}\n`,
    };
  });
}

/** The job that was named has to know the hook; without a name, every job that does, in name order. */
function chooseJobs(jobs: readonly CatalogJob[], hook: string, named: readonly string[]): readonly CatalogJob[] {
  if (named.length === 0) return jobsWithHook(jobs, hook, 'cli');
  for (const job of jobs) registeredHooks(job, 'cli', hook);
  return jobs;
}

/** Before the first job, so that nothing has run when this machine lacks what the second needs. */
async function requireTools(jobs: readonly CatalogJob[], hook: string, face: Face): Promise<void> {
  const alone = jobs.map((job) => {
    const hooks = job.entry.hooks.filter(({ name }) => name === hook);
    return { ...job, entry: { ...job.entry, hooks } };
  });
  const missing = await missingInterpreters(alone, await findHookTools(face.env.PATH ?? ''));
  if (missing.length > 0) throw interpreterFailure(missing);
}
