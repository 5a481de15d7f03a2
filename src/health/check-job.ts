/** Runs probes, then hooks, on allocations of one job. Returns all problems by worker. */

import { mapLimit } from '../base/concurrency.ts';
import type { Allocation, CatalogJob, CatalogWorker } from '../catalog/types.ts';
import type { Problem } from '../events/problem.ts';
import type { GuardedWorkers } from '../transport/guarded-workers.ts';
import { runProbe } from './probe.ts';

const DEFAULT_TIMEOUT_MS = 5000;

export interface JobCheck {
  readonly job: CatalogJob;
  /** Allocations in rollout order. Probes check only active allocations, and hooks check all. */
  readonly allocations: readonly Allocation[];
  readonly workerOf: (host: string) => CatalogWorker;
  readonly workers: Pick<GuardedWorkers, 'look'>;
  /** Runs the job's `health_check` hooks and returns host → problem. Undefined when the job has no such hooks. */
  readonly runHooks: ((allocations: readonly Allocation[]) => Promise<HealthProblems>) | undefined;
  readonly parallelWorkers: number;
  readonly signal: AbortSignal;
}

/** Host → its problem, in the order of the allocations. An empty map means healthy. */
export type HealthProblems = ReadonlyMap<string, Problem>;

/** Returns whether the job has a health check. */
export function hasHealthCheck(job: CatalogJob): boolean {
  return (job.entry.healthCheck?.checks.length ?? 0) > 0 || hasHealthHook(job);
}

export function hasHealthHook(job: CatalogJob): boolean {
  return job.entry.hooks.some((hook) => hook.events.includes('health_check'));
}

/** Runs the probes first. Then runs the hooks on hosts whose probes passed. */
export async function checkJob(check: JobCheck): Promise<HealthProblems> {
  const problems = await probeAll(check);
  const passed = check.allocations.filter(({ host }) => !problems.has(host));
  if (check.runHooks === undefined || passed.length === 0) return problems;
  const all = new Map([...problems, ...(await check.runHooks(passed))]);
  return new Map(
    check.allocations.flatMap(({ host }) => {
      const problem = all.get(host);
      return problem === undefined ? [] : [[host, problem]];
    }),
  );
}

async function probeAll(check: JobCheck): Promise<HealthProblems> {
  const { job, workers, signal } = check;
  const { checks = [], timeoutMs = DEFAULT_TIMEOUT_MS } = job.entry.healthCheck ?? {};
  const active = check.allocations.filter(({ disabled }) => !disabled);
  const results = await mapLimit(active, check.parallelWorkers, async ({ host }) => {
    const worker = check.workerOf(host);
    const runs = checks.map((one) => runProbe({ check: one, worker, ports: job.ports, workers, timeoutMs, signal }));
    return (await Promise.all(runs)).filter((problem) => problem !== undefined);
  });
  const found = active.map(({ host }, at): [string, readonly Problem[]] => [host, results[at] ?? []]);
  return new Map(
    found.flatMap(([host, problems]) => (problems.length === 0 ? [] : [[host, { kind: 'list', problems }]])),
  );
}
