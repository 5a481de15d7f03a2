/**
 * The plan of a deploy, together with the trees on which it is based. The plan is made once; the same value is shown,
 * approved and carried out. Only jobs whose trees have become outdated are staged and planned again.
 */

import { mapLimit } from '../base/concurrency.ts';
import { compareText } from '../base/order.ts';
import type { CatalogJob } from '../catalog/types.ts';
import type { JobPlan, Plan } from '../events/plan.ts';
import { problemText } from '../events/problem-text.ts';
import { allocationNamespace } from '../kv/namespaces.ts';
import type { KvSource } from '../kv/reads.ts';
import { arrangeWaves, assemblePlan, planReconcile } from '../plan/plan-deploy.ts';
import { runJobHooks } from './hook-events.ts';
import { isCurrent, needsHook, planStaged, type StagedJob, stageJob, stageProblems } from './job/stage-job.ts';
import { knownAllocation } from './known-allocation.ts';
import { type Looked, lookAhead, NOT_LOOKED } from './look/look-ahead.ts';
import { jobOf, type Run } from './run.ts';

const JOBS_AT_ONCE = 8;
const NONE: ReadonlySet<string> = new Set();

export interface PlannedJob {
  readonly job: CatalogJob;
  readonly plan: JobPlan;
  readonly staged: StagedJob;
  readonly looked: Looked;
}

export interface PlannedDeploy {
  readonly plan: Plan;
  /** The plan as the state alone makes it. An approval binds this one: what the look adds is seen anew by each run. */
  readonly recorded: Plan;
  readonly looked: Looked;
  /** Planned jobs by name. */
  readonly jobs: ReadonlyMap<string, PlannedJob>;
}

/**
 * Plans a deploy. It runs no hooks, saves nothing and contacts no worker. A job with broken templates has a `problem`.
 * `kv` is the store that templates read; the default is the store of the run.
 */
export async function planDeploy(run: Run, kv: KvSource = run.ledger.kv): Promise<PlannedDeploy> {
  const jobs = await mapLimit(selectedJobs(run), JOBS_AT_ONCE, async (job) =>
    planAhead(run, { job, staged: await stageJob(run, job, kv), looked: NOT_LOOKED }),
  );
  const plan = assemble(run, jobs);
  return { plan, recorded: plan, looked: NOT_LOOKED, jobs: byNameOf(jobs) };
}

/** Looks at the workers and plans again what is different there from what the state says. */
export async function addLook(run: Run, planned: PlannedDeploy, signal?: AbortSignal): Promise<PlannedDeploy> {
  const looked = await lookAhead(run, signal);
  const jobs = [...planned.jobs.values()].map(({ job, staged }) => planAhead(run, { job, staged, looked }));
  const notLooked = [...looked.silent.keys()].sort(compareText);
  return { ...planned, looked, plan: { ...assemble(run, jobs), notLooked }, jobs: byNameOf(jobs) };
}

/** Plans a deploy after running the `pre_deploy` hooks for real, job after job in the order of the waves. */
export async function planWithHooks(
  run: Run,
  { recorded, looked, plan: before }: PlannedDeploy,
): Promise<PlannedDeploy> {
  publishVersions(run);
  const jobs: PlannedJob[] = [];
  for (const job of selectedJobs(run)) jobs.push(await planAfterHooks(run, job, looked));
  const { notLooked } = before;
  const plan = { ...assemble(run, jobs), ...(notLooked === undefined ? {} : { notLooked }) };
  return { plan, recorded, looked, jobs: byNameOf(jobs) };
}

/**
 * Returns the plan, unchanged for jobs without changes. When a hook wrote keys or files that a job uses, the job is
 * staged and planned again. Jobs in `found` are planned again without staging.
 */
export async function renewPlan(run: Run, planned: PlannedDeploy, found: ReadonlySet<string>): Promise<PlannedDeploy> {
  const before = [...planned.jobs.values()];
  const jobs = await mapLimit(before, JOBS_AT_ONCE, async (one) => {
    const { job, staged, looked } = one;
    if (!isCurrent(run, job, staged)) return planAhead(run, { job, looked, staged: await stageJob(run, job) });
    return found.has(job.name) ? planAhead(run, one) : one;
  });
  if (jobs.every((job, at) => job === before[at])) return planned;
  const byName = byNameOf(jobs);
  const { reconcile, waves } = planned.plan;
  const renewed = waves.map((wave) => ({ ...wave, jobs: wave.jobs.map((one) => byName.get(one.job)?.plan ?? one) }));
  return { ...planned, plan: { ...planned.plan, ...assemblePlan(reconcile, renewed) }, jobs: byName };
}

/**
 * Renews the plan of one job just before the job runs. Current trees are kept. The steps follow the current records.
 */
export async function renewJob(
  run: Run,
  { job, staged, looked }: Omit<PlannedJob, 'plan'>,
  unhealthy: ReadonlySet<string> = NONE,
): Promise<PlannedJob> {
  const current = isCurrent(run, job, staged) ? staged : await stageJob(run, job);
  return { job, staged: current, looked, plan: planStaged(run, { job, staged: current, unhealthy, looked }) };
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

function byNameOf(jobs: readonly PlannedJob[]): ReadonlyMap<string, PlannedJob> {
  return new Map(jobs.map((one) => [one.job.name, one]));
}

function assemble(run: Run, jobs: readonly PlannedJob[]): Plan {
  const plans = new Map(jobs.map(({ plan }) => [plan.job, plan]));
  const steps = planReconcile(run.catalog, (id) => knownAllocation(run, id));
  return assemblePlan(steps, arrangeWaves(run.catalog, run.jobs, plans));
}

function planAhead(run: Run, { job, staged, looked }: Omit<PlannedJob, 'plan'>): PlannedJob {
  const problems = stageProblems(staged);
  const isForHooks = job.entry.hooks.length > 0 && needsHook(problems);
  const messages = isForHooks ? [] : problems.map(({ message }) => message);
  const refused = looked.problems.get(job.name);
  const all = refused === undefined ? messages : [problemText(refused), ...messages];
  return { job, staged, looked, plan: withProblems(planStaged(run, { job, staged, unhealthy: NONE, looked }), all) };
}

/**
 * Plans a job after its hooks. Problems of templates are now errors, because the hooks that could solve them have run.
 */
async function planAfterHooks(run: Run, job: CatalogJob, looked: Looked): Promise<PlannedJob> {
  const failure = await runJobHooks(run, job, { event: 'pre_deploy' });
  const staged = await stageJob(run, job);
  const problems = stageProblems(staged).map(({ message }) => message);
  const all = failure === undefined ? problems : [problemText(failure), ...problems];
  return { job, staged, looked, plan: withProblems(planStaged(run, { job, staged, unhealthy: NONE, looked }), all) };
}

function withProblems(plan: JobPlan, problems: readonly string[]): JobPlan {
  if (problems.length === 0) return plan;
  return { ...plan, required: true, problem: problems.join('\n') };
}
