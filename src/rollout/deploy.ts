/**
 * Carries out a whole deploy: plan without side effects, look at the workers, reconcile, then wave by wave and job by
 * job. A failed job never stops another, except those that demand it; what is done is in the state before the next step
 * begins.
 */
import { mapLimit } from '../base/concurrency.ts';
import { Failure, messageOf } from '../base/failure.ts';
import type { CatalogJob } from '../catalog/types.ts';
import type { JobPlan, Plan } from '../events/plan.ts';
import { arrangeWaves, assemblePlan, planReconcile } from '../plan/plan-deploy.ts';
import { Deliverer } from './deliver.ts';
import { runJobHooks } from './hook-events.ts';
import { findApplied } from './job/find-applied.ts';
import { type JobResult, type Rollout, rollJob, touchedHosts } from './job/roll-job.ts';
import { knownAllocation, needsHook, planStaged, stageJob, stageProblems } from './job/stage-job.ts';
import { connectAll } from './readiness.ts';
import { reconcile } from './reconcile.ts';
import { jobOf, type Run } from './run.ts';

const JOBS_AT_ONCE = 8;

export interface DeployResult {
  readonly plan: Plan;
  /** Job → how it ended, in the order in which jobs were taken. */
  readonly jobs: ReadonlyMap<string, JobResult>;
  /** Sentences for everything that failed, reconcile included. */
  readonly failures: readonly string[];
}

/**
 * What a deploy would do: no hooks, nothing saved, no worker contacted. A job whose templates are broken says so in `problem`.
 * `with-hooks`: `pre_deploy` hooks run for real, job after job in the order of the waves.
 */
export async function planDeploy(run: Run, mode: 'without-hooks' | 'with-hooks' = 'without-hooks'): Promise<Plan> {
  const jobs = run.catalog.waves.flat().flatMap((name) => (run.jobs.has(name) ? [jobOf(run, name)] : []));
  const isReal = mode === 'with-hooks';
  const plans = await mapLimit(jobs, isReal ? 1 : JOBS_AT_ONCE, (job) =>
    isReal ? planWithHooks(run, job) : planAhead(run, job),
  );
  const steps = planReconcile(run.catalog, (id) => knownAllocation(run, id));
  const byName = new Map(plans.map((plan) => [plan.job, plan]));
  return assemblePlan(steps, arrangeWaves(run.catalog, run.jobs, byName));
}

async function planAhead(run: Run, job: CatalogJob): Promise<JobPlan> {
  const staged = await stageJob(run, job);
  const problems = stageProblems(staged);
  const plan = planStaged(run, job, staged, new Set());
  if (problems.length === 0 || (job.entry.hooks.length > 0 && needsHook(problems))) return plan;
  return { ...plan, required: true, problem: problems.map(({ message }) => run.masker.mask(message)).join('\n') };
}

/** Problems of templates are no longer for hooks to mend: they have run. */
async function planWithHooks(run: Run, job: CatalogJob): Promise<JobPlan> {
  const failure = await runJobHooks(run, job, { event: 'pre_deploy' });
  const staged = await stageJob(run, job);
  const problems = [
    ...(failure === undefined ? [] : [failure]),
    ...stageProblems(staged).map(({ message }) => message),
  ];
  const plan = planStaged(run, job, staged, new Set());
  if (problems.length === 0) return plan;
  return { ...plan, required: true, problem: problems.map((problem) => run.masker.mask(problem)).join('\n') };
}

export async function deploy(run: Run): Promise<DeployResult> {
  await findApplied(run);
  const plan = await planDeploy(run);
  run.emit({ type: 'plan-made', plan });
  await run.checkTools(plan.required);
  const rollout = openRollout(run);
  await connectAll(run, hostsOf(plan)); // side by side now; each job hears of its own problems later
  const { failures, failedJobs } = await reconcile(rollout);
  const jobs = await rollWaves(rollout, plan, failedJobs);
  await run.ledger.commit();
  const failed = [...jobs].flatMap(([job, { error }]) => (error === undefined ? [] : [`job ${job}: ${error}`]));
  return { plan, jobs, failures: [...failures.map((failure) => run.masker.mask(failure)), ...failed] };
}

function openRollout(run: Run): Rollout {
  let raised = false;
  return {
    run,
    deliverer: new Deliverer(run),
    raiseUpdateSeq: async () => {
      if (raised) return false;
      raised = true;
      run.ledger.raiseUpdateSeq();
      await run.ledger.commit();
      return true;
    },
  };
}

function hostsOf(plan: Plan): string[] {
  const jobs = plan.waves.flatMap((wave) => wave.jobs).filter(({ required }) => required);
  return [...new Set(jobs.flatMap(touchedHosts))];
}

async function rollWaves(
  rollout: Rollout,
  plan: Plan,
  unreconciled: ReadonlySet<string>,
): Promise<Map<string, JobResult>> {
  const { run } = rollout;
  const results = new Map<string, JobResult>();
  for (const { seq, jobs } of plan.waves) {
    if (jobs.length === 0) continue;
    run.emit({ type: 'wave-started', seq, jobs: jobs.map(({ job }) => job) });
    for (const { job } of jobs) {
      run.emit({ type: 'job-started', job, seq });
      const began = run.nowMs();
      const result = await rollOrBlock({ rollout, name: job, results, unreconciled });
      results.set(job, result);
      run.emit({ type: 'job-finished', job, ...result, durationMs: run.nowMs() - began });
    }
  }
  return results;
}

interface JobTurn {
  readonly rollout: Rollout;
  readonly name: string;
  readonly results: ReadonlyMap<string, JobResult>;
  readonly unreconciled: ReadonlySet<string>;
}

async function rollOrBlock(turn: JobTurn): Promise<JobResult> {
  const { rollout, name } = turn;
  const { run } = rollout;
  if (run.signal.aborted) return { outcome: 'cancelled', error: 'cancelled before it began' };
  const job = jobOf(run, name);
  const upstream = failedUpstream(turn, job, new Set([name]));
  if (upstream !== undefined) return { outcome: 'blocked', error: `skipped, upstream job ${upstream} failed` };
  try {
    return await rollJob(rollout, job);
  } catch (thrown) {
    if (thrown instanceof Failure) throw thrown; // the machine or the state is at fault: no other job would fare better
    return { outcome: 'failed', error: run.masker.mask(messageOf(thrown)) };
  }
}

/** Direct or through others, also through jobs that take no part in this run. */
function failedUpstream(turn: JobTurn, job: CatalogJob, seen: Set<string>): string | undefined {
  for (const demanded of job.demandedJobs) {
    if (seen.has(demanded)) continue;
    seen.add(demanded);
    const outcome = turn.results.get(demanded)?.outcome ?? 'skipped';
    if (turn.unreconciled.has(demanded) || (outcome !== 'deployed' && outcome !== 'skipped')) return demanded;
    const upstream = turn.rollout.run.catalog.jobs.find(({ name }) => name === demanded);
    const further = upstream && failedUpstream(turn, upstream, seen);
    if (further !== undefined) return further;
  }
  return undefined;
}
