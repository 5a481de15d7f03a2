/**
 * The plan of a deploy together with the trees that it was made from. It is made once; what is shown, what is approved and what
 * the engine carries out is this value. Only jobs whose trees would come out differently by now are staged and planned again.
 */

import { mapLimit } from '../base/concurrency.ts';
import type { CatalogJob } from '../catalog/types.ts';
import type { JobPlan, Plan } from '../events/plan.ts';
import { problemText } from '../events/problem-text.ts';
import { allocationNamespace } from '../kv/namespaces.ts';
import type { KvSource } from '../kv/reads.ts';
import { arrangeWaves, assemblePlan, planReconcile } from '../plan/plan-deploy.ts';
import { runJobHooks } from './hook-events.ts';
import {
  isCurrent,
  knownAllocation,
  needsHook,
  planStaged,
  type StagedJob,
  stageJob,
  stageProblems,
} from './job/stage-job.ts';
import { jobOf, type Run } from './run.ts';

const JOBS_AT_ONCE = 8;
const NONE: ReadonlySet<string> = new Set();

export interface PlannedJob {
  readonly job: CatalogJob;
  readonly plan: JobPlan;
  readonly staged: StagedJob;
}

export interface PlannedDeploy {
  readonly plan: Plan;
  /** By name. */
  readonly jobs: ReadonlyMap<string, PlannedJob>;
}

/**
 * What a deploy would do: no hooks, nothing saved, no worker contacted. A job whose templates are broken says so in `problem`.
 * `kv`: the store that templates read, when it is not the one of the run.
 */
export async function planDeploy(run: Run, kv: KvSource = run.ledger.kv): Promise<PlannedDeploy> {
  const jobs = await mapLimit(selectedJobs(run), JOBS_AT_ONCE, async (job) =>
    planAhead(run, job, await stageJob(run, job, kv)),
  );
  return assemble(run, jobs);
}

/** The same after `pre_deploy` hooks, which run for real, job after job in the order of the waves. */
export async function planWithHooks(run: Run): Promise<PlannedDeploy> {
  publishVersions(run);
  const jobs: PlannedJob[] = [];
  for (const job of selectedJobs(run)) jobs.push(await planAfterHooks(run, job));
  return assemble(run, jobs);
}

/**
 * The same value where nothing has moved since it was made. Staged and planned again are jobs whose trees would come out
 * differently, because a hook wrote keys or files that they are made from; planned again is what is `found` on workers.
 */
export async function renewPlan(run: Run, planned: PlannedDeploy, found: ReadonlySet<string>): Promise<PlannedDeploy> {
  const before = [...planned.jobs.values()];
  const jobs = await mapLimit(before, JOBS_AT_ONCE, async (one) => {
    if (!isCurrent(run, one.job, one.staged)) return planAhead(run, one.job, await stageJob(run, one.job));
    return found.has(one.job.name) ? planAhead(run, one.job, one.staged) : one;
  });
  if (jobs.every((job, at) => job === before[at])) return planned;
  const byName = new Map(jobs.map((one) => [one.job.name, one]));
  const { reconcile, waves } = planned.plan;
  const renewed = waves.map((wave) => ({ ...wave, jobs: wave.jobs.map((one) => byName.get(one.job)?.plan ?? one) }));
  return { plan: assemblePlan(reconcile, renewed), jobs: byName };
}

/** Of one job whose turn has come: its trees as they are when they are current, and what the records ask for by now. */
export async function renewJob(
  run: Run,
  { job, staged }: Pick<PlannedJob, 'job' | 'staged'>,
  unhealthy: ReadonlySet<string> = NONE,
): Promise<PlannedJob> {
  const current = isCurrent(run, job, staged) ? staged : await stageJob(run, job);
  return { job, staged: current, plan: planStaged(run, { job, staged: current, unhealthy }) };
}

/** Hooks read as `version` of an allocation what it is about to get. */
export function publishVersions(run: Run): void {
  for (const { name, allocations } of selectedJobs(run)) {
    for (const { host, newVersion } of allocations) {
      run.ledger.kv.put(allocationNamespace(name, host), 'version', newVersion);
    }
  }
}

function selectedJobs(run: Run): CatalogJob[] {
  return run.catalog.waves.flat().flatMap((name) => (run.jobs.has(name) ? [jobOf(run, name)] : []));
}

function assemble(run: Run, jobs: readonly PlannedJob[]): PlannedDeploy {
  const plans = new Map(jobs.map(({ plan }) => [plan.job, plan]));
  const steps = planReconcile(run.catalog, (id) => knownAllocation(run, id));
  return {
    plan: assemblePlan(steps, arrangeWaves(run.catalog, run.jobs, plans)),
    jobs: new Map(jobs.map((one) => [one.job.name, one])),
  };
}

function planAhead(run: Run, job: CatalogJob, staged: StagedJob): PlannedJob {
  const problems = stageProblems(staged);
  const isForHooks = job.entry.hooks.length > 0 && needsHook(problems);
  const messages = isForHooks ? [] : problems.map(({ message }) => message);
  return { job, staged, plan: withProblems(planStaged(run, { job, staged, unhealthy: NONE }), messages) };
}

/** Problems of templates are no longer for hooks to mend: they have run. */
async function planAfterHooks(run: Run, job: CatalogJob): Promise<PlannedJob> {
  const failure = await runJobHooks(run, job, { event: 'pre_deploy' });
  const staged = await stageJob(run, job);
  const problems = stageProblems(staged).map(({ message }) => message);
  const all = failure === undefined ? problems : [problemText(failure), ...problems];
  return { job, staged, plan: withProblems(planStaged(run, { job, staged, unhealthy: NONE }), all) };
}

function withProblems(plan: JobPlan, problems: readonly string[]): JobPlan {
  if (problems.length === 0) return plan;
  return { ...plan, required: true, problem: problems.join('\n') };
}
