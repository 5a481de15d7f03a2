/** Runs a script of a person on many workers. It belongs to no job, and nothing of it goes into the state. */
import { mapLimit } from '../../base/concurrency.ts';
import { shellQuote } from '../../base/text/shell-quote.ts';
import type { CatalogWorker } from '../../catalog/types.ts';
import { followOnWorker, type WorkerEnd } from '../lifecycle.ts';
import { bucketFolder, type Run } from '../run.ts';

export interface WorkersScript {
  /** Lines of POSIX `sh`. */
  readonly script: string;
  /** In the order in which they are taken. */
  readonly workers: readonly CatalogWorker[];
  /** Workers at once. */
  readonly concurrency: number;
  /** Whether the others still have their turn when one has failed. */
  readonly onFailure: 'stop' | 'go-on';
}

/** Runs the script on the workers as their turn comes. A worker that had none, because another failed before, has no end. */
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

/** In the bucket's folder; before the first delivery there is none, and the login folder has to do. */
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
