/** Removes the folders of removed allocations from workers, for `maand gc`. */

import { mapLimit } from '../../base/concurrency.ts';
import type { RemovedAllocation } from '../../catalog/types.ts';
import type { Problem } from '../../events/problem.ts';
import type { Send } from '../../transport/guarded-workers.ts';
import { commandProblem } from '../../transport/outcome-problem.ts';
import { workerProgram } from '../../worker-side/program.ts';
import { bucketFolder, jobFolder, type Run } from '../run.ts';

/**
 * The outcome for the folder of one removed allocation. `abandoned`: the folder is on a worker that left the bucket and
 * cannot be reached.
 */
export type FolderRemoval =
  | {
      readonly outcome: 'removed';
      readonly allocation: RemovedAllocation;
      /** Folders elsewhere on the worker to which links of the job led. They were not removed. */
      readonly left: readonly string[];
    }
  | { readonly outcome: 'kept' | 'abandoned'; readonly allocation: RemovedAllocation; readonly problem: Problem };

/**
 * Removes the whole folder of each allocation on its worker, including the data of the job. The allocations must
 * already be stopped. When a worker has left and has nothing else of the bucket, the folder of the bucket and the files
 * of the state are also removed.
 */
export async function removeFolders(run: Run, allocations: readonly RemovedAllocation[]): Promise<FolderRemoval[]> {
  const ids = new Set(allocations.map(({ id }) => id));
  const others = new Set(run.ledger.allocations.filter(({ id }) => !ids.has(id)).map(({ host }) => host));
  return mapLimit(allocations, run.settings.parallelWorkers, async (allocation): Promise<FolderRemoval> => {
    const { worker, job, workerLeft, host } = allocation;
    const { bucketId } = run.catalog;
    const isLast = workerLeft && !others.has(host);
    const removal = isLast
      ? { script: removalProgram('bucket', bucketFolder(worker, bucketId)), send: run.workers.leave }
      : { script: removalProgram('job', jobFolder(worker, bucketId, job)), send: run.workers.change };
    const { problem, left } = await remove(run, allocation, removal);
    if (problem === undefined) return { outcome: 'removed', allocation, left };
    const isDead = workerLeft && !run.signal.aborted && problem.kind !== 'overtaken';
    return { outcome: isDead ? 'abandoned' : 'kept', allocation, problem };
  });
}

/** Returns a program that removes the folder of a job or of a bucket, also when links lead to it. */
export function removalProgram(kind: 'job' | 'bucket', folder: string): string {
  return workerProgram(['links', 'job/remove'], { variables: { folder, kind } });
}

interface Removal {
  readonly script: string;
  readonly send: Send;
}

async function remove(
  run: Run,
  { worker, job }: RemovedAllocation,
  { script, send }: Removal,
): Promise<{ readonly problem: Problem | undefined; readonly left: readonly string[] }> {
  const { host } = worker;
  if (run.signal.aborted) return { problem: notBegun(host), left: [] };
  const label = `removing the folder of ${job}`;
  const timeoutMs = run.settings.commandTimeoutMs;
  const outcome = await send(worker, { label, script, timeoutMs }, run.signal);
  const problem = commandProblem({ host, what: label, limitMs: timeoutMs }, outcome);
  const told = outcome.kind === 'exited' ? outcome.stdout.split('\n') : [];
  return { problem, left: told.flatMap((line) => (line.startsWith('left ') ? [line.slice(5)] : [])) };
}

function notBegun(worker: string): Problem {
  return { kind: 'connection', worker, cause: 'cancelled', message: `worker ${worker}: cancelled` };
}
