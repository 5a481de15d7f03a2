/**
 * `maand hooks HOOK [JOB]`: runs a hook for the event `cli`. When the hook of one job fails, the values that hooks of other
 * jobs wrote are kept.
 */
import { Failure } from '../base/failure.ts';
import type { CatalogJob } from '../catalog/types.ts';
import { HOOK_WORDING } from '../events/event-wording.ts';
import type { HookRecord } from '../events/hook-record.ts';
import { findHookTools, interpreterFailure, missingInterpreters } from '../hooks/process/interpreters.ts';
import { jobsWithHook, registeredHooks } from '../hooks/registered.ts';
import type { Request } from '../request/request.ts';
import { requireOurs } from '../rollout/by-hand/worker-sync.ts';
import { inRolloutOrder } from '../rollout/hook-events.ts';
import type { Run } from '../rollout/run.ts';
import type { CommandCall } from '../session/command-call.ts';
import { type CommandResult, resultOf } from '../session/face.ts';
import { jobNames, selectJobs } from '../session/open-bucket.ts';
import { withBucket } from '../session/with-bucket.ts';
import { withBuilt } from '../session/with-built.ts';
import { withRun } from '../session/with-run.ts';
import { hookRecordJson } from './hook-json.ts';

export async function hooks(call: CommandCall): Promise<CommandResult> {
  const order = readOrder(call.request);
  return withBucket(call, (bucket) => {
    const selected = selectJobs([...order.named, ...call.request.filters.jobs], jobNames(bucket.workspace));
    return withBuilt(bucket, { state: 'change', catalog: 'workspace' }, async (built) => {
      const jobs = chooseJobs(
        built.catalog.jobs.filter(({ name }) => selected.has(name)),
        order,
      );
      await requireTools(jobs, order.hook);
      return withRun(built, async ({ run, hookRecords }) => {
        const hosts = new Set(jobs.flatMap(({ allocations }) => allocations.map(({ host }) => host)));
        await requireOurs(
          run,
          run.catalog.workers.filter(({ host }) => hosts.has(host)),
        );
        const failures = await runAll(run, jobs, order.hook);
        await run.ledger.commit();
        return toResult({ hook: order.hook, jobs, failures, hookRecords });
      });
    });
  });
}

interface HookOrder {
  readonly hook: string;
  /** Jobs that were named after the hook. */
  readonly named: readonly string[];
}

function readOrder({ operands }: Request): HookOrder {
  const [hook, ...named] = operands;
  if (hook === undefined)
    throw new Failure('the name of a hook is missing (usage: maand hooks HOOK [JOB])', { exitCode: 2 });
  return { hook, named };
}

/**
 * Returns the named jobs, each of which must have the hook. Without names, returns every job that has the hook, sorted by
 * name.
 */
function chooseJobs(jobs: readonly CatalogJob[], { hook, named }: HookOrder): readonly CatalogJob[] {
  if (named.length === 0) return jobsWithHook(jobs, hook, 'cli');
  for (const job of jobs) registeredHooks(job, 'cli', hook);
  return jobs;
}

/** Runs the hook of each job. Returns a sentence for each job that failed. */
async function runAll(run: Run, jobs: readonly CatalogJob[], hook: string): Promise<readonly string[]> {
  const failures: string[] = [];
  for (const job of jobs) {
    if (jobs.length > 1) run.emit({ type: 'noticed', level: 'info', message: `hooks: ${job.name}` });
    run.emit({ type: 'job-started', job: job.name, seq: job.deploymentSeq });
    const { failure } = await run.runHooks({
      event: 'cli',
      job,
      allocations: inRolloutOrder(run, job, job.allocations),
      batchSize: job.entry.maxConcurrentUpgrades,
      phase: 'cli',
      hook,
    });
    if (failure !== undefined) failures.push(`job ${job.name}: ${failure}`);
  }
  return failures;
}

interface HooksRun {
  readonly hook: string;
  readonly jobs: readonly CatalogJob[];
  readonly failures: readonly string[];
  readonly hookRecords: readonly HookRecord[];
}

function toResult({ hook, jobs, failures, hookRecords }: HooksRun): CommandResult {
  const names = jobs.map(({ name }) => name);
  const ok = failures.length === 0;
  return resultOf({
    exitCode: ok ? 0 : 1,
    data: { errors: failures, records: hookRecords },
    wording: { errors: 'text', records: HOOK_WORDING },
    show: ({ errors, records }) => ({
      json: { ok, hook, jobs: names, errors, hooks: records.map(hookRecordJson) },
      text: ok ? `hook ${hook} succeeded: ${names.join(', ')}\n` : `${errors.join('\n')}\n`,
    }),
  });
}

/**
 * Checks the tools of all jobs before the first job runs, so that no hook has run when a tool for a later job is
 * missing.
 */
async function requireTools(jobs: readonly CatalogJob[], hook: string): Promise<void> {
  const alone = jobs.map((job) => {
    const hooks = job.entry.hooks.filter(({ name }) => name === hook);
    return { ...job, entry: { ...job.entry, hooks } };
  });
  const missing = await missingInterpreters(alone, await findHookTools());
  if (missing.length > 0) throw interpreterFailure(missing);
}
