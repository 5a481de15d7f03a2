/**
 * `maand gc`: deletes what removed allocations left behind: their folders on workers, their records, the keys of jobs without
 * allocations, and old versions of keys. The command refuses to run while a removed allocation may still be running, because
 * only a deploy stops an allocation. On a worker that left the bucket, such an allocation is kept until `--forget` names the
 * worker.
 */

import { Failure } from '../../base/failure.ts';
import type { Catalog, RemovedAllocation } from '../../catalog/types.ts';
import { clearNamespaces } from '../../kv/clear-namespaces.ts';
import { allocationNamespace, jobNamespaces, tagsNamespace, workerNamespace } from '../../kv/namespaces.ts';
import { type GarbagePlan, planGarbage } from '../../plan/plan-gc.ts';
import { type FolderRemoval, removeFolders } from '../../rollout/by-hand/remove-folders.ts';
import { requireOurs } from '../../rollout/by-hand/worker-sync.ts';
import { knownAllocation } from '../../rollout/known-allocation.ts';
import type { BuiltBucket } from '../../session/built-bucket.ts';
import type { CommandCall } from '../../session/command-call.ts';
import type { CommandResult } from '../../session/face.ts';
import { withBucket } from '../../session/with-bucket.ts';
import { withBuilt } from '../../session/with-built.ts';
import { withRun } from '../../session/with-run.ts';
import { stopFailure } from '../../state/stop.ts';
import { type Collected, collectedResult } from './gc-result.ts';

const LAST_BUILD = {
  catalog: 'last-build',
  hint: 'run maand build first: it records which allocations to remove',
} as const;

export async function gc(call: CommandCall): Promise<CommandResult> {
  return withBucket(call, (bucket) =>
    call.request.flags.dryRun
      ? withBuilt(bucket, { state: 'read', ...LAST_BUILD }, rehearse)
      : withBuilt(bucket, { state: 'change', ...LAST_BUILD }, collect),
  );
}

async function collect(built: BuiltBucket): Promise<CommandResult> {
  const plan = planOf(built);
  const removals = await clearWorkers(built, plan);
  const collected = forget(built, plan, removals);
  await built.state.ledger.commit();
  return collectedResult(collected, 'done');
}

/** Shows what would be deleted, according to the state. It takes no lock, contacts no worker and saves nothing. */
function rehearse(built: BuiltBucket): CommandResult {
  const plan = planOf(built);
  const removals = plan.stopped.map((allocation) => ({ outcome: 'removed' as const, allocation, left: [] }));
  return collectedResult(forget(built, plan, removals), 'planned');
}

function planOf({ state, catalog, request }: BuiltBucket): GarbagePlan {
  const forget = new Set(request.forgottenWorkers);
  requireLeft(catalog, forget);
  const plan = planGarbage({ catalog, known: (id) => knownAllocation(state, id), forget });
  if (plan.running.length === 0) return plan;
  const names = plan.running.map(({ job, host }) => `${job}@${host}`).join(', ');
  throw stopFailure({
    code: 'still-running',
    message: `removed allocations that have not been stopped yet: ${names}`,
    hint: 'maand deploy stops them; then run maand gc again',
  });
}

/** Throws a `Failure` (exit code 2) when a host is still in workers.json or has no records. */
function requireLeft({ workers, removed }: Catalog, hosts: ReadonlySet<string>): void {
  const listed = workers.filter(({ host }) => hosts.has(host)).map(({ host }) => host);
  if (listed.length > 0) {
    throw new Failure(`gc --forget: ${listed.join(', ')} is still in workers.json`, {
      exitCode: 2,
      hint: 'take a worker that is gone for good out of workers.json, run maand build, then maand gc --forget HOST',
    });
  }
  const left = new Set(removed.filter(({ workerLeft }) => workerLeft).map(({ host }) => host));
  const unknown = [...hosts].filter((host) => !left.has(host));
  if (unknown.length === 0) return;
  throw new Failure(`gc --forget: nothing is recorded of ${unknown.join(', ')}`, {
    exitCode: 2,
    hint: 'maand cat deployments lists what is recorded, with the names of the workers',
  });
}

async function clearWorkers(built: BuiltBucket, { stopped }: GarbagePlan): Promise<FolderRemoval[]> {
  if (stopped.length === 0) return [];
  return withRun(built, async ({ run }) => {
    const workers = new Map(stopped.map(({ worker }) => [worker.host, worker]));
    await requireOurs(run, [...workers.values()]);
    return removeFolders(run, stopped);
  });
}

/**
 * Removes the allocations from the state in memory. An allocation stays when its folder is still on a worker of the bucket;
 * then the keys of its job stay, too.
 */
function forget(built: BuiltBucket, plan: GarbagePlan, removals: readonly FolderRemoval[]): Collected {
  const { neverRan, givenUp, forgotten } = plan;
  const { ledger } = built.state;
  const unfinished = new Set([
    ...removals.flatMap(({ outcome, allocation }) => (outcome === 'kept' ? [allocation.job] : [])),
    ...givenUp.map(({ job }) => job),
  ]);
  const gone = [
    ...removals.filter(({ outcome }) => outcome !== 'kept').map(({ allocation }) => allocation),
    ...neverRan,
    ...forgotten,
  ];
  const { jobs, namespaces } = namespacesToClear(built.catalog, gone, unfinished);
  const cleared = clearNamespaces(ledger.kv, namespaces);
  for (const job of jobs) ledger.markPostDeploy(job, 'done');
  for (const { id } of gone) ledger.forget(id);
  forgetWorkers(built);
  return { removals, neverRan, givenUp, forgotten, cleared, versions: ledger.kv.purge(built.request.retainDays) };
}

/** Returns the namespaces to clear. A job keeps its keys while it has any allocation, even a disabled one. */
function namespacesToClear(catalog: Catalog, gone: readonly RemovedAllocation[], unfinished: ReadonlySet<string>) {
  const placed = new Set(catalog.jobs.filter(({ allocations }) => allocations.length > 0).map(({ name }) => name));
  const jobs = [...new Set(gone.map(({ job }) => job))].filter((job) => !placed.has(job) && !unfinished.has(job));
  const hosts = new Set(gone.filter(({ workerLeft }) => workerLeft).map(({ host }) => host));
  const namespaces = [
    ...gone.map(({ job, host }) => allocationNamespace(job, host)),
    ...[...hosts].flatMap((host) => [workerNamespace(host), tagsNamespace(host)]),
    ...jobs.flatMap(jobNamespaces),
  ];
  return { jobs, namespaces };
}

/** Removes the address of every worker that has left and has no records. If such a worker returns, it counts as new. */
function forgetWorkers({ state: { ledger }, catalog }: BuiltBucket): void {
  ledger.keepWorkers(new Set([...catalog.workers, ...ledger.allocations].map(({ host }) => host)));
}
