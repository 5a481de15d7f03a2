/**
 * Carries out the plan of a whole deploy: first the reconcile steps, then the waves one after another, and the jobs of
 * a wave one after another. When a job fails, only the jobs that demand it are stopped. Each finished step is saved in
 * the state before the next step begins.
 */

import { Failure, messageOf } from '../base/failure.ts';
import type { CatalogJob } from '../catalog/types.ts';
import type { Plan } from '../events/plan.ts';
import { problemText } from '../events/problem-text.ts';
import { Deliverer } from './deliver.ts';
import { dialStops, STOP_LIMITS } from './dial-stops.ts';
import { findApplied } from './job/find-applied.ts';
import { type JobResult, type Rollout, rollJob, touchedHosts } from './job/roll-job.ts';
import { tellApart } from './look/tell-apart.ts';
import { type PlannedDeploy, type PlannedJob, publishVersions, renewPlan } from './planned.ts';
import { connectAll } from './readiness.ts';
import { reconcile } from './reconcile.ts';
import type { Run } from './run.ts';

export interface DeployResult {
  readonly plan: Plan;
  /** The plan as the state alone makes it. */
  readonly recorded: Plan;
  /** Job → how it ended, in the order in which the jobs ran. */
  readonly jobs: ReadonlyMap<string, JobResult>;
  /** A sentence for every failure, including failures of reconcile. */
  readonly failures: readonly string[];
}

/**
 * Carries out a plan. Jobs whose keys, files or records have changed since the plan was made are first planned again.
 * Then the plan is reported.
 */
export async function rollOut(run: Run, approved: PlannedDeploy): Promise<DeployResult> {
  publishVersions(run);
  const planned = await renewPlan(run, approved, await findApplied(run));
  const { plan } = planned;
  run.emit({ type: 'plan-made', plan });
  await run.checkTools(plan.required ? 'files' : 'nothing');
  const rollout = openRollout(run);
  // All workers at the same time. Each job reports its own problems later.
  const dialled = await Promise.all([dialStops(run, plan, STOP_LIMITS), connectAll(run, hostsOf(plan))]);
  await tellApart(run, hostsOf(plan));
  const { failures, failedJobs } = await reconcile(rollout, plan.reconcile, dialled[0]);
  const jobs = await rollWaves(rollout, planned, failedJobs);
  await run.ledger.commit();
  const failed = [...jobs].flatMap(([job, { error }]) => (error === undefined ? [] : [`job ${job}: ${error}`]));
  return { plan, recorded: planned.recorded, jobs, failures: [...failures, ...failed] };
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
  planned: PlannedDeploy,
  unreconciled: ReadonlySet<string>,
): Promise<Map<string, JobResult>> {
  const { run } = rollout;
  const results = new Map<string, JobResult>();
  for (const { seq, jobs } of planned.plan.waves) {
    if (jobs.length === 0) continue;
    if (results.size > 0) run.workers.forget('phase'); // a worker that was away during the last wave may be back
    run.emit({ type: 'wave-started', seq, jobs: jobs.map(({ job }) => job) });
    for (const { job } of jobs) {
      run.emit({ type: 'job-started', job, seq });
      const began = run.nowMs();
      const result = await rollOrBlock({ rollout, planned, name: job, results, unreconciled });
      results.set(job, result);
      run.emit({ type: 'job-finished', job, ...result, durationMs: run.nowMs() - began });
    }
  }
  return results;
}

interface JobTurn {
  readonly rollout: Rollout;
  readonly planned: PlannedDeploy;
  readonly name: string;
  readonly results: ReadonlyMap<string, JobResult>;
  readonly unreconciled: ReadonlySet<string>;
}

async function rollOrBlock(turn: JobTurn): Promise<JobResult> {
  const { rollout, name } = turn;
  const { run } = rollout;
  if (run.signal.aborted)
    return { outcome: 'cancelled', error: problemText({ kind: 'cancelled', when: 'before it began' }) };
  const planned = plannedJob(turn);
  const upstream = failedUpstream(turn, planned.job, new Set([name]));
  if (upstream !== undefined) return { outcome: 'blocked', error: problemText({ kind: 'upstream', job: upstream }) };
  try {
    return await rollJob(rollout, planned);
  } catch (thrown) {
    if (thrown instanceof Failure) throw thrown; // a problem of this machine or of the state; every other job would fail too
    return { outcome: 'failed', error: messageOf(thrown) };
  }
}

function plannedJob({ planned, name }: JobTurn): PlannedJob {
  const job = planned.jobs.get(name);
  if (!job) throw new Error(`job ${name} is in a wave of the plan and has no plan`);
  return job;
}

/**
 * Returns the failed job that this job demands, directly or through other jobs. The jobs in between need not take part
 * in this run.
 */
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
