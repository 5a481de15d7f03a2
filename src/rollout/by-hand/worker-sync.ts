/**
 * Checks whether workers hold what this state believes they hold, before anything is done to their jobs by hand.
 * `update_seq` is kept per worker, so a worker that the last deploy did not touch is in step as well.
 */
import { mapLimit } from '../../base/concurrency.ts';
import type { CatalogWorker } from '../../catalog/types.ts';
import { workerProgram } from '../../worker-side/program.ts';
import { describeProblem, problemsByHost, type ReadinessProblems } from '../readiness.ts';
import { bucketFolder, type Run, workerOf } from '../run.ts';

const TIMEOUT_MS = 30_000;
const NOT_THERE = 64;

/** Host → why the worker is not in step; workers that are have no entry. */
export async function findOutOfStep(run: Run, hosts: readonly string[]): Promise<ReadinessProblems> {
  const problems = await mapLimit(hosts, run.settings.parallelWorkers, (host) => askWorker(run, workerOf(run, host)));
  return problemsByHost(hosts, problems);
}

async function askWorker(run: Run, worker: CatalogWorker): Promise<string | undefined> {
  const { host } = worker;
  const script = workerProgram('show-identity', { variables: { folder: bucketFolder(worker, run.catalog.bucketId) } });
  const outcome = await run.workers.look(worker, { label: 'worker.json', script, timeoutMs: TIMEOUT_MS }, run.signal);
  switch (outcome.kind) {
    case 'failed':
      return describeProblem(outcome.problem);
    case 'timed-out':
      return `worker ${host}: no answer within ${TIMEOUT_MS / 1000} s`;
    case 'exited': {
      const fault =
        outcome.exitCode === 0 ? faultOf(run, worker, outcome.stdout) : `${exitFault(outcome)}${adviceFor(run, host)}`;
      return fault === undefined ? undefined : `worker ${host}: ${fault}`;
    }
  }
}

/** A deploy leaves alone what it believes to be there, unless it is forced. */
function adviceFor({ ledger }: Run, host: string): string {
  const force = ledger.workers[host]?.updateSeq === undefined ? '' : ' --force';
  return ` (run maand deploy${force})`;
}

function exitFault({ exitCode, stderr }: { readonly exitCode: number; readonly stderr: string }): string {
  if (exitCode === NOT_THERE) return 'nothing of this bucket is there';
  return `worker.json cannot be read (exit ${exitCode}): ${stderr.trim()}`;
}

function faultOf(run: Run, worker: CatalogWorker, text: string): string | undefined {
  const { catalog, ledger } = run;
  const advice = adviceFor(run, worker.host);
  const identity = parseIdentity(text);
  if (identity === undefined) return `worker.json is damaged${advice}`;
  if (identity.bucket_id !== catalog.bucketId) return `bucket id mismatch${advice}`;
  if (identity.worker_id !== worker.id) return `worker id mismatch${advice}`;
  const found = identity.update_seq;
  const newest = ledger.updateSeq;
  if (found > newest) {
    return `update_seq mismatch: it was deployed to with number ${found}, and this state only knows numbers up to ${newest}: is this the right state?`;
  }
  // a run that died after a delivery left a number between the one that was noted and the newest
  const delivered = ledger.workers[worker.host]?.updateSeq ?? 0;
  if (found >= delivered) return undefined;
  return `update_seq mismatch: it holds an older deploy (${found}) than the last one (${delivered})${advice}`;
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
    return undefined; // said as "damaged"
  }
}
