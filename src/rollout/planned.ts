/**
 * The plan of a deploy, together with the trees on which it is based. The plan is made once; the same value is shown,
 * approved and carried out. Only jobs whose trees have become outdated are staged and planned again.
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
  /** Planned jobs by name. */
  readonly jobs: ReadonlyMap<string, PlannedJob>;
}

/**
 * Plans a deploy. It runs no hooks, saves nothing and contacts no worker. A job with broken templates has a `problem`.
 * `kv` is the store that templates read; the default is the store of the run.
 */
export async function planDeploy(run: Run, kv: KvSource = run.ledger.kv): Promise<PlannedDeploy> {
  const jobs = await mapLimit(selectedJobs(run), JOBS_AT_ONCE, async (job) =>
    planAhead(run, job, await stageJob(run, job, kv)),
  );
  return assemble(run, jobs);
}

/** Plans a deploy after running the `pre_deploy` hooks for real, one job after another in the order of the waves. */
export async function planWithHooks(run: Run): Promise<PlannedDeploy> {
  publishVersions(run);
  const jobs: PlannedJob[] = [];
  for (const job of selectedJobs(run)) jobs.push(await planAfterHooks(run, job));
  return assemble(run, jobs);
}

/**
 * Returns the plan, unchanged for jobs without changes. When a hook wrote keys or files that a job uses, the job is
 * staged and planned again. Jobs in `found` are planned again without staging.
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

/**
 * Renews the plan of one job just before the job runs. Current trees are kept. The steps follow the current records.
 */
export async function renewJob(
  run: Run,
  { job, staged }: Pick<PlannedJob, 'job' | 'staged'>,
  unhealthy: ReadonlySet<string> = NONE,
): Promise<PlannedJob> {
  const current = isCurrent(run, job, staged) ? staged : await stageJob(run, job);
  return { job, staged: current, plan: planStaged(run, { job, staged: current, unhealthy }) };
}

/** Publishes the version that each allocation is about to get. Hooks read it as `version`. */
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

/** Plans a job after its hooks have run. Template problems are now errors, because no later hook can solve them. */
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
