/** Which allocations a job's hooks run on, and in which order. */
import type { Allocation, CatalogJob } from '../catalog/types.ts';
import { jobNamespace } from '../kv/namespaces.ts';
import { resolveRolloutOrder } from '../plan/rollout-order.ts';
import type { HookEvent } from '../workspace/types.ts';
import type { HookRequest, Run } from './run.ts';

export function hasHooks(job: CatalogJob, event: HookEvent): boolean {
  return job.entry.hooks.some((hook) => hook.events.includes(event));
}

/** `allocations` of the job, in rollout order. */
export function inRolloutOrder(
  { ledger }: Pick<Run, 'ledger'>,
  job: CatalogJob,
  allocations: readonly Allocation[],
): Allocation[] {
  const written = ledger.kv.get(jobNamespace(job.name), 'rollout_order');
  const all = job.allocations.map(({ host }) => host);
  const { hosts } = resolveRolloutOrder(written, all, allocations.map(({ host }) => host));
  const byHost = new Map(allocations.map((allocation) => [allocation.host, allocation]));
  return hosts.flatMap((host) => byHost.get(host) ?? []);
}

/** Runs a job-wide event on all its allocations; answers what went wrong. A job without such hooks is done at once. */
export async function runJobHooks(
  run: Run,
  job: CatalogJob,
  request: Pick<HookRequest, 'event' | 'extraEnv'> & { readonly allocations?: readonly Allocation[] },
): Promise<string | undefined> {
  const { event, extraEnv, allocations = job.allocations } = request;
  if (!hasHooks(job, event)) return undefined;
  const { failure } = await run.runHooks({
    event,
    job,
    allocations: inRolloutOrder(run, job, allocations),
    batchSize: job.entry.maxConcurrentUpgrades,
    phase: event,
    ...(extraEnv === undefined ? {} : { extraEnv }),
  });
  return failure;
}
