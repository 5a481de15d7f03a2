/** Runs probes, then hooks, on allocations of one job, and returns everything that is wrong, per worker. */

import { mapLimit } from '../base/concurrency.ts';
import type { Allocation, CatalogJob, CatalogWorker } from '../catalog/types.ts';
import type { Problem } from '../events/problem.ts';
import type { GuardedWorkers } from '../transport/guarded-workers.ts';
import { runProbe } from './probe.ts';

const DEFAULT_TIMEOUT_MS = 5000;

export interface JobCheck {
  readonly job: CatalogJob;
  /** In rollout order; probes ask the active ones, hooks all. */
  readonly allocations: readonly Allocation[];
  readonly workerOf: (host: string) => CatalogWorker;
  readonly workers: Pick<GuardedWorkers, 'look'>;
  /** Runs the job's `health_check` hooks; answers host → what is wrong. Undefined: the job has none. */
  readonly runHooks: ((allocations: readonly Allocation[]) => Promise<HealthProblems>) | undefined;
  readonly parallelWorkers: number;
  readonly signal: AbortSignal;
}

/** Host → what is wrong there, in the order of the allocations. Empty: healthy. */
export type HealthProblems = ReadonlyMap<string, Problem>;

/** Whether the job says anything about its health. */
export function hasHealthCheck(job: CatalogJob): boolean {
  return (job.entry.healthCheck?.checks.length ?? 0) > 0 || hasHealthHook(job);
}

export function hasHealthHook(job: CatalogJob): boolean {
  return job.entry.hooks.some((hook) => hook.events.includes('health_check'));
}

/** Probes first; hooks run where they passed. */
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
