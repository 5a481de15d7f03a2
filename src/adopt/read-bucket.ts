/** Reads the deployed buckets from workers, with two scripts over one connection to each worker. */
import { mapLimit } from '../base/concurrency.ts';
import { stopFailure } from '../state/stop.ts';
import { unansweredReason } from '../transport/outcome-problem.ts';
import type { Transport, WorkerAddress } from '../transport/port.ts';
import { workerProgram } from '../worker-side/program.ts';
import { ListingReader, type WorkerListing } from './read-listing.ts';
import { type DeliveredTree, type TreesInput, TreesReader } from './read-trees.ts';

/** Characters that a worker may send. Every delivered file is among them, but data of jobs is not. */
const MOST_ANSWER_CHARS = 16 * 1024 ** 3;

const LIST_TIMEOUT_MS = 60_000;
/** The limit is long because every delivered file is transferred once. */
const TREES_TIMEOUT_MS = 30 * 60_000;

export interface Asking {
  readonly transport: Transport;
  readonly parallelWorkers: number;
  readonly signal: AbortSignal;
}

interface LineReader<T> {
  take(line: string): void;
  finish(): T;
}

/**
 * Returns the listing of each worker, in the order of the workers. Throws a `Failure` (exit code 1) that names all
 * workers without an answer, because an adoption must be complete.
 */
export function listBuckets(asking: Asking, workers: readonly WorkerAddress[]): Promise<WorkerListing[]> {
  return askAll(asking, workers, ({ root }) => ({
    script: workerProgram(['adopt/blob', 'adopt/list-buckets'], { variables: { root } }),
    timeoutMs: LIST_TIMEOUT_MS,
    reader: new ListingReader(),
  }));
}

/**
 * Returns the trees of each worker by job, in the order of the workers. Throws the same `Failure` (exit code 1) as
 * `listBuckets`.
 */
export function readTrees(
  asking: Asking,
  workers: readonly WorkerAddress[],
  bucket: { readonly id: string; readonly inputOf: (host: string) => TreesInput },
): Promise<ReadonlyMap<string, DeliveredTree>[]> {
  return askAll(asking, workers, ({ root, host }) => ({
    script: workerProgram(['adopt/blob', 'adopt/list-trees'], { variables: { folder: `${root}/${bucket.id}/jobs` } }),
    timeoutMs: TREES_TIMEOUT_MS,
    reader: new TreesReader(bucket.inputOf(host)),
  }));
}

interface Question<T> {
  readonly script: string;
  readonly timeoutMs: number;
  readonly reader: LineReader<T>;
}

async function askAll<T>(
  { transport, parallelWorkers, signal }: Asking,
  workers: readonly WorkerAddress[],
  question: (worker: WorkerAddress) => Question<T>,
): Promise<T[]> {
  const problems: string[] = [];
  const answers = await mapLimit(workers, parallelWorkers, async (worker): Promise<T | undefined> => {
    const { script, timeoutMs, reader } = question(worker);
    let strange: unknown;
    const onLine = (line: string, stream: 'stdout' | 'stderr') => {
      if (stream === 'stderr' || strange !== undefined) return;
      try {
        reader.take(line);
      } catch (thrown) {
        strange = thrown;
      }
    };
    const outcome = await transport.exec(
      worker,
      { label: 'adopt', script, timeoutMs, onLine, mostLineChars: MOST_ANSWER_CHARS },
      signal,
    );
    try {
      const problem = unansweredReason(worker.host, timeoutMs, outcome);
      if (problem !== undefined) throw new RangeError(problem);
      if (strange !== undefined) throw strange;
      return reader.finish();
    } catch (thrown) {
      if (!(thrown instanceof RangeError)) throw thrown;
      problems.push(`${worker.host}: ${thrown.message}`);
      return undefined;
    }
  });
  if (problems.length === 0) return answers.flatMap((answer) => (answer === undefined ? [] : [answer]));
  throw stopFailure({
    code: 'state-not-adopted',
    message: `the deployed jobs cannot be read:\n${problems.sort().join('\n')}`,
    hint: 'make those workers reachable, or remove them from workers.json, and run it again; nothing was changed',
    exitCode: 1,
  });
}
