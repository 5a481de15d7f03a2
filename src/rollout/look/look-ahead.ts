/**
 * Looks at the workers of a command before it changes anything, and decides what of the state is still true there. A
 * look reads; it writes nothing.
 */
import { anySignal, timeoutSignal } from '../../base/abort.ts';
import type { Allocation, CatalogJob, CatalogWorker } from '../../catalog/types.ts';
import type { FoundReason } from '../../events/plan.ts';
import type { Problem, WorkerProblem } from '../../events/problem.ts';
import { mayRun, stageOf } from '../../plan/allocation-stage.ts';
import { type JobSight, jobOn } from '../../sight/belief.ts';
import type { Sight, WorkerFacts } from '../../sight/worker-facts.ts';
import { STOP_LIMITS } from '../dial-stops.ts';
import { knownAllocation } from '../known-allocation.ts';
import { type Run, workerOf } from '../run.ts';
import { type Beliefs, type Believed, believe, stepFault } from './beliefs.ts';
import { refuseElsewhere, refuseFirstDeploy } from './refuse.ts';

/** What a look found. Without a look everything is as the state says. */
export interface Looked {
  /** Allocation id → what is wrong with an allocation that the state believes to be deployed. */
  readonly found: ReadonlyMap<string, FoundReason>;
  /** Job → why it must not be touched. */
  readonly problems: ReadonlyMap<string, Problem>;
  /** Hosts that did not answer → why. Nothing is claimed of them. */
  readonly silent: ReadonlyMap<string, string>;
}

export const NOT_LOOKED: Looked = { found: new Map(), problems: new Map(), silent: new Map() };

/**
 * Looks at the workers. Throws a `StopFailure` (exit code 3) when another state wrote last on most of them, or when
 * this state has never deployed and something of another one is there.
 */
export async function lookAhead(run: Run, signal: AbortSignal = run.signal): Promise<Looked> {
  const sights = await askWorkers(run, signal);
  const seen = [...sights.values()].flatMap((sight) => (sight.kind === 'seen' ? [sight.facts] : []));
  if (run.origin.updateSeq === 0) refuseFirstDeploy(run, seen);
  const beliefs = believe(run, sights);
  refuseElsewhere(run, [...beliefs.values()]);
  const jobs = run.catalog.jobs.filter(({ name }) => run.jobs.has(name));
  return {
    found: new Map(jobs.flatMap((job) => foundIn(run, job, beliefs))),
    problems: new Map(jobs.flatMap((job) => problemIn(run, job, beliefs))),
    silent: silentIn(sights),
  };
}

/** Asks all workers at the same time. A worker that left the bucket is waited for only briefly. */
async function askWorkers(run: Run, signal: AbortSignal): Promise<ReadonlyMap<string, Sight>> {
  const listed = new Set(run.catalog.workers.map(({ host }) => host));
  const workers = workersToAsk(run);
  const left = workers.filter(({ host }) => !listed.has(host));
  const here = workers.filter(({ host }) => listed.has(host));
  const limit = anySignal(signal, timeoutSignal(STOP_LIMITS.leftWorkerMs));
  const sights = await Promise.all([run.look(here, signal), left.length === 0 ? [] : run.look(left, limit)]);
  return new Map(sights.flatMap((some) => [...some]));
}

function silentIn(sights: ReadonlyMap<string, Sight>): ReadonlyMap<string, string> {
  return new Map(
    [...sights.values()].flatMap((sight) => (sight.kind === 'silent' ? [[sight.host, sight.reason]] : [])),
  );
}

/**
 * Returns the workers of the selected jobs: those that hold or should hold an allocation, or held one that is to be
 * stopped. The first deploy of a state asks all workers.
 */
function workersToAsk({ catalog, jobs, origin }: Run): CatalogWorker[] {
  if (origin.updateSeq === 0) return [...catalog.workers];
  const hosts = new Set(
    catalog.jobs.flatMap(({ name, allocations }) => (jobs.has(name) ? allocations.map(({ host }) => host) : [])),
  );
  const listed = catalog.workers.filter(({ host }) => hosts.has(host));
  const removed = new Map(catalog.removed.map(({ host, worker }) => [host, worker]));
  return [...listed, ...[...removed].flatMap(([host, worker]) => (hosts.has(host) ? [] : [worker]))];
}

/** Returns what is wrong with the allocations of a job that should run and that the state believes to be deployed. */
function foundIn(run: Run, { allocations }: CatalogJob, beliefs: Beliefs): [string, FoundReason][] {
  return allocations.flatMap((allocation): [string, FoundReason][] => {
    const believed = beliefs.get(allocation.host);
    if (!believed || !shouldBeThere(run, allocation)) return [];
    const reason = reasonFor(believed, sightOf(run, believed.facts, allocation));
    return reason === undefined ? [] : [[allocation.id, reason]];
  });
}

function reasonFor({ belief }: Believed, sight: JobSight): FoundReason | undefined {
  if (sight === 'missing') return 'missing';
  switch (belief.kind) {
    case 'restored':
    case 'nothing':
      return 'behind';
    case 'unsigned':
      return 'unsigned';
    case 'other-worker':
      return belief.standing === 'former' ? 'behind' : undefined;
    case 'ours':
    case 'elsewhere':
      return undefined;
  }
}

function shouldBeThere(run: Run, { id, disabled }: Allocation): boolean {
  const known = knownAllocation(run, id);
  return !disabled && mayRun(stageOf(known)) && (known?.applied ?? known?.promoted) !== undefined;
}

function sightOf({ catalog }: Run, facts: WorkerFacts, { job }: Allocation): JobSight {
  return jobOn(facts, catalog.bucketId, job);
}

/** Returns why the job must not be touched: a worker that is not ours, a link that leads nowhere, or no folder at all. */
function problemIn(run: Run, job: CatalogJob, beliefs: Beliefs): [string, Problem][] {
  const active = job.allocations.filter(({ disabled }) => !disabled);
  const problems = active.flatMap((allocation) => {
    const believed = beliefs.get(allocation.host);
    return believed ? workerProblem(run, allocation, believed) : [];
  });
  if (problems.length > 0) return [[job.name, { kind: 'several', problems }]];
  const deployed = active.filter((allocation) => shouldBeThere(run, allocation));
  const missing = deployed.filter((allocation) => {
    const believed = beliefs.get(allocation.host);
    return believed !== undefined && sightOf(run, believed.facts, allocation) === 'missing';
  });
  const isGone = missing.length >= 2 && missing.length === deployed.length && !run.options.force;
  return isGone ? [[job.name, { kind: 'job-missing', workers: missing.map(({ host }) => host) }]] : [];
}

function workerProblem(run: Run, allocation: Allocation, { facts, belief }: Believed): WorkerProblem[] {
  const { host: worker } = allocation;
  const fault = stepFault(run, belief);
  if (fault !== undefined) return [{ kind: 'out-of-step', worker, fault, remedy: 'maand deploy' }];
  const sight = sightOf(run, facts, allocation);
  if (typeof sight === 'string') return [];
  const { root } = workerOf(run, worker);
  return [{ kind: 'cut-off', worker, path: sight.dangling === '' ? root : `${root}/${sight.dangling}` }];
}
