/** Checks that every worker of the bucket can be reached, before its health is checked. */
import { mapLimit } from '../../base/concurrency.ts';
import { problemsText } from '../../events/problem-text.ts';
import { connectionProblem } from '../../transport/outcome-problem.ts';
import type { Run } from '../run.ts';

/**
 * Connects to all workers of the bucket. Returns the connection problems, or `undefined` when there are none. Later
 * checks use the same connections.
 */
export async function workerGateProblem(run: Run): Promise<string | undefined> {
  const outcomes = await mapLimit(run.catalog.workers, run.settings.parallelWorkers, (worker) =>
    run.workers.connect(worker, run.signal),
  );
  const problems = outcomes.flatMap((outcome) => (outcome.kind === 'failed' ? [outcome.problem] : []));
  if (problems.length === 0) return undefined;
  return `worker health check failed: ${problemsText(problems.map(connectionProblem))}`;
}
