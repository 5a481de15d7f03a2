/** Asks workers in parallel which states, buckets and job folders they have. */
import { mapLimit } from '../base/concurrency.ts';
import { unansweredReason } from '../transport/outcome-problem.ts';
import type { RemoteCommand, RemoteOutcome, WorkerAddress } from '../transport/port.ts';
import { workerProgram } from '../worker-side/program.ts';
import { parseFacts, type Sight } from './worker-facts.ts';

const TIMEOUT_MS = 20_000;
/** The maximum number of lines that are read from the answer of one worker. A longer answer is not plausible. */
const MOST_LINES = 20_000;

/** Runs a script on a worker. The script only reads and changes nothing. */
export type Ask = (worker: WorkerAddress, command: RemoteCommand, signal: AbortSignal) => Promise<RemoteOutcome>;

export interface SightAsking {
  readonly ask: Ask;
  readonly parallelWorkers: number;
}

/**
 * Returns the answer of each worker by host. The result is `silent` for a worker that does not answer; no error is
 * thrown.
 */
export async function lookAtWorkers(
  { ask, parallelWorkers }: SightAsking,
  workers: readonly WorkerAddress[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Sight>> {
  const sights = await mapLimit(workers, parallelWorkers, (worker) => lookAtWorker(ask, worker, signal));
  return new Map(workers.map(({ host }, at) => [host, sights[at] as Sight]));
}

async function lookAtWorker(ask: Ask, worker: WorkerAddress, signal: AbortSignal): Promise<Sight> {
  const { host, root } = worker;
  const lines: string[] = [];
  const onLine: RemoteCommand['onLine'] = (line, stream) => {
    if (stream === 'stdout' && lines.length < MOST_LINES) lines.push(line);
  };
  const script = workerProgram(['sight/facts', 'sight/look'], { variables: { root } });
  const outcome = await ask(worker, { label: 'look', script, timeoutMs: TIMEOUT_MS, onLine }, signal);
  const reason = unansweredReason(host, TIMEOUT_MS, outcome);
  if (reason !== undefined) return { kind: 'silent', host, reason };
  if (lines[0] !== 'maand-sight 1' || lines.at(-1) !== 'end') {
    return { kind: 'silent', host, reason: 'its answer is not whole' };
  }
  return { kind: 'seen', facts: parseFacts(host, lines) };
}
