/**
 * Runs a script of the user on many workers. The script belongs to no job, and nothing about it is recorded in the
 * state.
 */
import { mapLimit } from '../../base/concurrency.ts';
import { shellQuote } from '../../base/text/shell-quote.ts';
import type { CatalogWorker } from '../../catalog/types.ts';
import { followOnWorker, type WorkerEnd } from '../lifecycle.ts';
import { bucketFolder, type Run } from '../run.ts';

export interface WorkersScript {
  /** Lines of POSIX `sh`. */
  readonly script: string;
  /** Workers, in the order in which they start. */
  readonly workers: readonly CatalogWorker[];
  /** Maximum number of workers that run the script at once. */
  readonly concurrency: number;
  /** Whether more workers start after one worker has failed. */
  readonly onFailure: 'stop' | 'go-on';
}

/**
 * Runs the script on the workers in order. A worker that did not start because another worker had failed has no result.
 */
export async function runOnWorkers(run: Run, order: WorkersScript): Promise<WorkerEnd[]> {
  let failed = false;
  const ends = await mapLimit(order.workers, order.concurrency, async (worker) => {
    if (run.signal.aborted || (failed && order.onFailure === 'stop')) return undefined;
    const end = await runOne(run, worker, order.script);
    failed ||= end.problem !== undefined;
    return end;
  });
  return ends.filter((end) => end !== undefined);
}

/** Runs the script in the folder of the bucket, or in the login folder before the first delivery. */
function runOne(run: Run, worker: CatalogWorker, script: string): Promise<WorkerEnd> {
  const { bucketId } = run.catalog;
  return followOnWorker(run, {
    job: '',
    worker,
    phase: 'run_command',
    label: 'command',
    script: `cd ${shellQuote(bucketFolder(worker, bucketId))} 2>/dev/null || :\n${script}`,
    env: { BUCKET_ID: bucketId, WORKER_IP: worker.host },
  });
}
