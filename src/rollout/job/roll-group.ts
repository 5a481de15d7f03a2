/**
 * Starts, reloads or restarts allocations, one batch at a time. A batch is judged when every worker in it has finished,
 * and a failed batch ends the roll. Health is checked after each batch; for starts, only after the last batch. Healthy
 * allocations are then promoted. The batches come from the plan. Each step is recorded as soon as it is done.
 */

import type { Allocation, CatalogJob } from '../../catalog/types.ts';
import type { AllocationStep, BatchGroup, JobPlan } from '../../events/plan.ts';
import type { Problem } from '../../events/problem.ts';
import { runHookPhase } from '../hook-events.ts';
import { runTarget } from '../lifecycle.ts';
import { type Run, workerOf } from '../run.ts';
import { waitHealthy } from './gate.ts';
import { forgetApplied, promote, recordApplied } from './promote.ts';
import { type StagedJob, treeOf } from './stage-job.ts';

export interface GroupRoll {
  readonly run: Run;
  readonly job: CatalogJob;
  readonly plan: JobPlan;
  readonly staged: StagedJob;
  readonly group: BatchGroup;
  /** Hosts that must stay healthy: the hosts that were healthy before this roll, and the hosts that it has rolled. */
  readonly guarded: Set<string>;
}

/**
 * Rolls the group. Returns `undefined` after success. Returns the problem after a failure, and then no further batch
 * begins.
 */
export async function rollGroup(roll: GroupRoll): Promise<Problem | undefined> {
  const { group } = roll;
  const rolled: string[] = [];
  for (const [index, hosts] of group.batches.entries()) {
    const failure = await rollBatch(roll, hosts, index);
    if (failure !== undefined) return stoppedBy(group, failure);
    rolled.push(...hosts);
    if (group.action === 'start' && index < group.batches.length - 1) continue;
    const unhealthy = await passGate(roll, rolled.splice(0));
    if (unhealthy !== undefined) return stoppedBy(group, unhealthy);
  }
  return undefined;
}

function stoppedBy({ action }: BatchGroup, cause: Problem): Problem {
  return { kind: 'batches', action, cause };
}

/** Rolls all workers of the batch at the same time. The batch is judged when all workers have finished. */
async function rollBatch(roll: GroupRoll, hosts: readonly string[], index: number): Promise<Problem | undefined> {
  const { run, job, group, staged } = roll;
  const count = group.batches.length;
  run.emit({ type: 'batch-started', job: job.name, action: group.action, index, count, workers: hosts });
  const failures = await Promise.all(
    hosts.map(async (host) => {
      const step = stepOf(roll, host);
      const env = { CURRENT_VERSION: step.currentVersion, NEW_VERSION: step.newVersion };
      const worker = workerOf(run, host);
      const tree = treeOf(staged, host);
      const note = { allocationId: step.allocationId, hash: tree.hash, version: step.newVersion };
      const failure = await runTarget(run, { job: job.name, worker, target: group.action, env, note });
      if (failure !== undefined) return failure;
      recordApplied(run, step, tree);
      // saved immediately, so that this worker does not start twice if the run is killed while a slower worker still
      // starts
      await run.ledger.commit();
      return undefined;
    }),
  );
  const found = failures.filter((failure) => failure !== undefined);
  return found.length > 0 ? { kind: 'several', problems: found } : afterStarted(roll, hosts, index);
}

/** Runs the hooks that follow a start. When a hook fails, the batch is not done, and the next run rolls it again. */
async function afterStarted(roll: GroupRoll, hosts: readonly string[], index: number): Promise<Problem | undefined> {
  const { run, job, group } = roll;
  const failure = await runHookPhase(run, {
    event: 'after_allocation_started',
    job,
    allocations: allocationsOn(job, hosts),
    batchSize: 0,
    phase: group.action === 'start' ? 'new' : 'update',
    batch: { index, count: group.batches.length },
  });
  if (failure === undefined) return undefined;
  for (const host of hosts) forgetApplied(run, stepOf(roll, host));
  await run.ledger.commit();
  return failure;
}

/** Checks health. Promotes every healthy allocation, even when other allocations fail the gate. */
async function passGate(roll: GroupRoll, rolled: readonly string[]): Promise<Problem | undefined> {
  const { run, job, staged, guarded } = roll;
  for (const host of rolled) guarded.add(host);
  const problems = await waitHealthy(run, job, allocationsOn(job, [...guarded]));
  if (run.signal.aborted) return { kind: 'cancelled', when: 'while waiting for health' };
  for (const host of rolled) {
    if (!problems.has(host)) promote(run, stepOf(roll, host), treeOf(staged, host));
  }
  await run.ledger.commit();
  return problems.size === 0 ? undefined : { kind: 'unhealthy', problems: [...problems.values()] };
}

function allocationsOn(job: CatalogJob, hosts: readonly string[]): Allocation[] {
  const byHost = new Map(job.allocations.map((allocation) => [allocation.host, allocation]));
  return hosts.flatMap((host) => byHost.get(host) ?? []);
}

function stepOf({ plan }: GroupRoll, host: string): AllocationStep {
  const step = plan.steps.find((one) => one.host === host);
  if (!step) throw new Error(`${host} is not part of the plan of ${plan.job}`);
  return step;
}
