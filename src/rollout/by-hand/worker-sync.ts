/**
 * Checks whether workers have what this state expects, before a command changes their jobs by hand. `update_seq` is
 * recorded for each worker, so a worker that the last deploy did not touch also passes.
 */
import { mapLimit } from '../../base/concurrency.ts';
import type { CatalogWorker } from '../../catalog/types.ts';
import type { OutOfStep } from '../../events/out-of-step.ts';
import type { Problem } from '../../events/problem.ts';
import { unansweredProblem } from '../../transport/outcome-problem.ts';
import { workerProgram } from '../../worker-side/program.ts';
import { problemsByHost, type ReadinessProblems } from '../readiness.ts';
import { bucketFolder, type Run, workerOf } from '../run.ts';

const TIMEOUT_MS = 30_000;
const NOT_THERE = 64;

/** Returns host → why the worker does not match the state. Workers that match have no entry. */
export async function findOutOfStep(run: Run, hosts: readonly string[]): Promise<ReadinessProblems> {
  const problems = await mapLimit(hosts, run.settings.parallelWorkers, (host) => askWorker(run, workerOf(run, host)));
  return problemsByHost(hosts, problems);
}

async function askWorker(run: Run, worker: CatalogWorker): Promise<Problem | undefined> {
  const { host } = worker;
  const script = workerProgram('show-identity', { variables: { folder: bucketFolder(worker, run.catalog.bucketId) } });
  const outcome = await run.workers.look(worker, { label: 'worker.json', script, timeoutMs: TIMEOUT_MS }, run.signal);
  if (outcome.kind !== 'exited') return unansweredProblem(host, TIMEOUT_MS, outcome);
  const { exitCode, stdout, stderr } = outcome;
  const fault = exitCode === 0 ? faultOf(run, worker, stdout) : exitFault(exitCode, stderr);
  return fault && { kind: 'out-of-step', worker: host, fault, remedy: remedyFor(run, host) };
}

/**
 * Returns the command with which the user repairs the worker. A deploy repeats a recorded delivery only with `--force`.
 */
function remedyFor({ ledger }: Run, host: string): string {
  return ledger.workers[host]?.updateSeq === undefined ? 'maand deploy' : 'maand deploy --force';
}

function exitFault(exitCode: number, stderr: string): OutOfStep {
  return exitCode === NOT_THERE ? { kind: 'absent' } : { kind: 'unreadable', exitCode, said: stderr.trim() };
}

function faultOf(run: Run, worker: CatalogWorker, text: string): OutOfStep | undefined {
  const { catalog, ledger } = run;
  const identity = parseIdentity(text);
  if (identity === undefined) return { kind: 'damaged' };
  if (identity.bucket_id !== catalog.bucketId) return { kind: 'other-bucket' };
  if (identity.worker_id !== worker.id) return { kind: 'other-worker' };
  const found = identity.update_seq;
  const newest = ledger.updateSeq;
  if (found > newest) return { kind: 'ahead', found, newest };
  // A run that was killed after a delivery may have left a number between the recorded and the newest number.
  const delivered = ledger.workers[worker.host]?.updateSeq ?? 0;
  return found >= delivered ? undefined : { kind: 'behind', found, delivered };
}

interface Identity {
  readonly bucket_id: unknown;
  readonly worker_id: unknown;
  readonly update_seq: number;
}

function parseIdentity(text: string): Identity | undefined {
  try {
    const value = JSON.parse(text) as Partial<Identity> | null;
    if (typeof value?.update_seq !== 'number') return undefined;
    return { bucket_id: value.bucket_id, worker_id: value.worker_id, update_seq: value.update_seq };
  } catch {
    return undefined; // the caller reports it as "damaged"
  }
}
