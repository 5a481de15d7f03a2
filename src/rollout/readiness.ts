/** Checks before a delivery whether workers can be reached and have the programs that a deploy needs. */
import { mapLimit } from '../base/concurrency.ts';
import type { Problem } from '../events/problem.ts';
import { connectionProblem, unansweredProblem } from '../transport/outcome-problem.ts';
import { workerProgram } from '../worker-side/program.ts';
import { type Run, workerOf } from './run.ts';

/** Programs that a deploy needs on a worker besides `sh` and rsync. */
export const WORKER_TOOLS = ['make'] as const;

const MISSING = 64;
const TIMEOUT_MS = 30_000;

/** Host → why this worker cannot be used. */
export type ReadinessProblems = ReadonlyMap<string, Problem>;

/**
 * Connects to workers, once per run and worker. When a worker cannot be reached, its jobs fail before anything is sent
 * to the worker. The delivery itself detects missing programs, which saves a round trip. Only when a worker has a
 * problem, the other workers are asked for their programs, so that the report is complete.
 */
export async function checkReadiness(run: Run, hosts: readonly string[]): Promise<ReadinessProblems> {
  const unreachable = await connectAll(run, hosts);
  if (unreachable.size === 0) return unreachable;
  const asked = await mapLimit(hosts, run.settings.parallelWorkers, async (host) => {
    return unreachable.get(host) ?? askForTools(run, host);
  });
  return problemsByHost(hosts, asked);
}

/** Opens all connections at the same time. Later uses of a worker find its connection open, or get the same problem. */
export async function connectAll(run: Run, hosts: readonly string[]): Promise<ReadinessProblems> {
  const { settings, workers, signal } = run;
  const problems = await mapLimit(hosts, settings.parallelWorkers, async (host) => {
    const outcome = await workers.connect(workerOf(run, host), signal);
    return outcome.kind === 'failed' ? connectionProblem(outcome.problem) : undefined;
  });
  return problemsByHost(hosts, problems);
}

/** Returns host → problem, for the hosts that have a problem. */
export function problemsByHost(
  hosts: readonly string[],
  problems: readonly (Problem | undefined)[],
): ReadinessProblems {
  const found = hosts.map((host, at): [string, Problem | undefined] => [host, problems[at]]);
  return new Map(found.filter((entry): entry is [string, Problem] => entry[1] !== undefined));
}

async function askForTools(run: Run, host: string): Promise<Problem | undefined> {
  const script = workerProgram('missing-tools', { words: [...WORKER_TOOLS, 'rsync'] });
  const command = { label: 'prerequisites', script, timeoutMs: TIMEOUT_MS };
  const outcome = await run.workers.look(workerOf(run, host), command, run.signal);
  if (outcome.kind !== 'exited') return unansweredProblem(host, TIMEOUT_MS, outcome);
  const { exitCode, stdout, stderr } = outcome;
  if (exitCode === 0) return undefined;
  if (exitCode === MISSING) return { kind: 'missing-tools', worker: host, tools: stdout.trim().split(/\s+/) };
  return { kind: 'exit', worker: host, what: 'the prerequisites check', exitCode, said: stderr.trim() };
}
