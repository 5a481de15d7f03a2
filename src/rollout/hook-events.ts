/** Decides on which allocations the hooks of a job run, and in which order. */

import type { Allocation, CatalogJob } from '../catalog/types.ts';
import type { HookEvent } from '../events/hook-event.ts';
import type { Problem } from '../events/problem.ts';
import { jobNamespace } from '../kv/namespaces.ts';
import { resolveRolloutOrder } from '../plan/rollout-order.ts';
import type { HookRequest, Run } from './run.ts';

export function hasHooks(job: CatalogJob, event: HookEvent): boolean {
  return job.entry.hooks.some((hook) => hook.events.includes(event));
}

/** Returns the allocations of the job in rollout order. */
export function inRolloutOrder(
  { ledger }: Pick<Run, 'ledger'>,
  job: CatalogJob,
  allocations: readonly Allocation[],
): Allocation[] {
  const written = ledger.kv.get(jobNamespace(job.name), 'rollout_order');
  const all = job.allocations.map(({ host }) => host);
  const { hosts } = resolveRolloutOrder(
    written,
    all,
    allocations.map(({ host }) => host),
  );
  const byHost = new Map(allocations.map((allocation) => [allocation.host, allocation]));
  return hosts.flatMap((host) => byHost.get(host) ?? []);
}

/**
 * Runs hooks as one phase of the job. Returns the problem, or `undefined` after success. Does nothing when the job has
 * no such hooks.
 */
export async function runHookPhase(
  run: Run,
  request: HookRequest & { readonly event: HookPhase },
): Promise<Problem | undefined> {
  const { job, event } = request;
  if (!hasHooks(job, event) || request.allocations.length === 0) return undefined;
  const began = run.nowMs();
  run.emit({ type: 'phase-started', job: job.name, phase: event });
  const { failure } = await run.runHooks(request);
  run.emit({
    type: 'phase-finished',
    job: job.name,
    phase: event,
    outcome: failure === undefined ? 'succeeded' : run.signal.aborted ? 'cancelled' : 'failed',
    durationMs: run.nowMs() - began,
    ...(failure === undefined ? {} : { message: failure }),
  });
  return failure === undefined ? undefined : { kind: 'hook', said: failure };
}

/** Events that have their own phase. `health_check` is part of the health phase. */
type HookPhase = Exclude<HookEvent, 'health_check' | 'cli'>;

interface JobHooks {
  readonly event: HookPhase;
  /** Default: all allocations of the job. */
  readonly allocations?: readonly Allocation[];
  readonly extraEnv?: Readonly<Record<string, string>>;
}

/** Runs a job-wide event on allocations of the job, in rollout order and in batches. */
export function runJobHooks(run: Run, job: CatalogJob, { event, allocations = job.allocations, extraEnv }: JobHooks) {
  return runHookPhase(run, {
    event,
    job,
    allocations: inRolloutOrder(run, job, allocations),
    batchSize: job.entry.maxConcurrentUpgrades,
    phase: event,
    ...(extraEnv === undefined ? {} : { extraEnv }),
  });
}
