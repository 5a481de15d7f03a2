/**
 * Looks at the workers of a command before it changes anything, and decides what of the state is still true there. A
 * look reads; it writes nothing.
 */
import { anySignal, timeoutSignal } from '../base/abort.ts';
import type { Allocation, CatalogJob, CatalogWorker } from '../catalog/types.ts';
import type { FoundReason } from '../events/plan.ts';
import type { Problem, WorkerProblem } from '../events/problem.ts';
import { mayRun, stageOf } from '../plan/allocation-stage.ts';
import { type Belief, type JobSight, jobOn, judgeWorker, type KnownHere } from '../sight/belief.ts';
import { findStrangers, type Stranger } from '../sight/strangers.ts';
import type { Sight, WorkerFacts, Writer } from '../sight/worker-facts.ts';
import { type StopFailure, stopFailure } from '../state/stop.ts';
import { STOP_LIMITS } from './dial-stops.ts';
import { knownAllocation } from './known-allocation.ts';
import type { Run } from './run.ts';

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
  if (run.origin.updateSeq === 0) refuseStrangers(run, seen);
  const beliefs = new Map(seen.map((facts) => [facts.host, { facts, belief: beliefOf(run, facts) }]));
  refuseElsewhere(run, [...beliefs.values()]);
  const jobs = run.catalog.jobs.filter(({ name }) => run.jobs.has(name));
  return {
    found: new Map(jobs.flatMap((job) => foundIn(run, job, beliefs))),
    problems: new Map(jobs.flatMap((job) => problemIn(run, job, beliefs))),
    silent: silentIn(sights),
  };
}

/** A worker that left the bucket is waited for only briefly, beside the others. */
async function askWorkers(run: Run, signal: AbortSignal): Promise<ReadonlyMap<string, Sight>> {
  const listed = new Set(run.catalog.workers.map(({ host }) => host));
  const workers = workersToAsk(run);
  const left = workers.filter(({ host }) => !listed.has(host));
  const here = workers.filter(({ host }) => listed.has(host));
  const limit = anySignal(signal, timeoutSignal(STOP_LIMITS.leftWorkerMs));
  const sights = await Promise.all([run.look(here, signal), left.length === 0 ? [] : run.look(left, limit)]);
  return new Map(sights.flatMap((some) => [...some]));
}

export function silentIn(sights: ReadonlyMap<string, Sight>): ReadonlyMap<string, string> {
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

export function beliefOf(run: Run, facts: WorkerFacts): Belief {
  return judgeWorker(facts, run.origin, knownOn(run, facts.host));
}

function knownOn({ ledger, catalog }: Run, host: string): KnownHere {
  const listed = catalog.workers.find((worker) => worker.host === host);
  const known = ledger.workers[host];
  const isOpen = ledger.allocations.some(
    ({ host: on, delivered, applied, promoted }) =>
      on === host && delivered !== undefined && delivered !== (applied ?? promoted)?.hash,
  );
  return {
    workerId: listed?.id ?? known?.id ?? '',
    listedIds: new Set(catalog.workers.map(({ id }) => id)),
    noted: known?.updateSeq,
    upload: isOpen ? 'open' : 'none',
  };
}

interface Believed {
  readonly facts: WorkerFacts;
  readonly belief: Belief;
}

type Beliefs = ReadonlyMap<string, Believed>;

/** Throws when more than half of the workers that answered were written last by another state. */
function refuseElsewhere({ origin }: Run, believed: readonly Believed[]): void {
  const elsewhere = believed.filter(({ belief }) => belief.kind === 'elsewhere');
  if (elsewhere.length * 2 <= believed.length) return;
  const sides = elsewhere.map(({ facts, belief }) => `worker ${facts.host}: ${elsewhereText(belief)}`);
  const others = elsewhere.some(({ belief }) => writerOf(belief)?.kind === otherKind(origin.kind));
  throw stopFailure({
    code: 'state-elsewhere',
    message: `another state than this one (${placeText(origin.kind)}, serial ${origin.serial}) wrote last on ${elsewhere.length} of ${believed.length} workers:\n${sides.join('\n')}`,
    hint: others
      ? `use the state that wrote last: state = "${otherKind(origin.kind)}" in maand.conf, or --state; or take its work over: maand state adopt`
      : 'this copy of the state is older than what is deployed: bring the newer one back, or accept the older one with: maand state recover --accept-rollback --reason TEXT',
  });
}

function otherKind(kind: Writer['kind']): string {
  return kind === 'file' ? 'workers' : 'file';
}

function placeText(kind: Writer['kind']): string {
  return kind === 'file' ? 'in a file' : 'on the workers';
}

function writerOf(belief: Belief): Writer | undefined {
  return belief.kind === 'elsewhere' ? belief.writer : undefined;
}

function elsewhereText(belief: Belief): string {
  if (belief.kind !== 'elsewhere') return '';
  const { writer, found } = belief;
  if (writer === undefined) return `update ${found}, by a program that left no name`;
  return `"${writer.name}" ${placeText(writer.kind)}, serial ${writer.serial}, by ${writer.run}`;
}

function refuseStrangers({ origin, catalog, ledger }: Run, seen: readonly WorkerFacts[]): void {
  const jobs = new Set(catalog.jobs.map(({ name }) => name));
  const strangers = findStrangers(seen, { name: origin.name, bucketId: ledger.bucketId, jobs });
  const foreign = strangers.find((one) => one.kind === 'other-name');
  if (foreign) throw foreignWorker(origin.name, foreign);
  if (strangers.length === 0) return;
  const where = strangers.map(({ host, bucketId }) => `${host} (bucket ${bucketId})`).join(', ');
  throw stopFailure({
    code: 'state-lost',
    message: `this state ("${origin.name}") has never deployed, but a bucket with its name or its jobs is deployed on ${where}`,
    hint: 'if the state of that bucket is elsewhere, use it; to take it over: maand state adopt; to begin beside it, set another worker_root in maand.conf',
  });
}

function foreignWorker(name: string, { host, bucketId, name: other }: Stranger & { kind: 'other-name' }): StopFailure {
  return stopFailure({
    code: 'state-other-name',
    message: `worker ${host} belongs to "${other}" (bucket ${bucketId}), and is listed for "${name}"`,
    hint: `take ${host} out of the workers of "${name}", or out of those of "${other}" and deploy that first`,
  });
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
  const root = run.catalog.workers.find(({ host }) => host === worker)?.root ?? '';
  return [{ kind: 'cut-off', worker, path: sight.dangling === '' ? root : `${root}/${sight.dangling}` }];
}

/** Returns the fault of a worker that this state must not change. */
function stepFault({ origin }: Run, belief: Belief): (WorkerProblem & { kind: 'out-of-step' })['fault'] | undefined {
  if (belief.kind === 'other-worker') return belief.standing === 'listed' ? { kind: 'exchanged' } : undefined;
  if (belief.kind !== 'elsewhere') return undefined;
  const { writer, found } = belief;
  return {
    kind: 'elsewhere',
    by: writer === undefined ? '' : elsewhereText(belief),
    found,
    newest: origin.updateSeq,
  };
}

/** Returns why a worker must not be changed by a command that belongs to no deploy. */
export function notOurs(run: Run, facts: WorkerFacts): WorkerProblem | undefined {
  const fault = stepFault(run, beliefOf(run, facts));
  return fault && { kind: 'out-of-step', worker: facts.host, fault, remedy: 'maand deploy' };
}
