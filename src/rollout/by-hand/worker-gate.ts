import { mapLimit } from '../../base/concurrency.ts';
import { describeProblem } from '../readiness.ts';
import type { Run } from '../run.ts';

/** Every worker of the bucket must answer on the connection that checks will use (spec 15 §2); answers what is wrong. */
export async function workerGateProblem(run: Run): Promise<string | undefined> {
  const outcomes = await mapLimit(run.catalog.workers, run.settings.parallelWorkers, (worker) =>
    run.workers.connect(worker, run.signal),
  );
  const problems = outcomes.flatMap((outcome) => (outcome.kind === 'failed' ? [outcome.problem] : []));
  if (problems.length === 0) return undefined;
  return `worker health check failed: ${problems.map(describeProblem).join('; ')}`;
}
