/**
 * Connects to the workers on which a deploy stops something, all at the same time, before the first stop. A worker that
 * left the bucket may be gone for good, so the deploy waits for it only briefly.
 */
import { anySignal, timeoutSignal } from '../base/abort.ts';
import { mapLimit } from '../base/concurrency.ts';
import type { CatalogWorker } from '../catalog/types.ts';
import type { Plan, ReconcileStep } from '../events/plan.ts';
import type { Problem } from '../events/problem.ts';
import { connectionProblem } from '../transport/outcome-problem.ts';
import { problemsByHost, type ReadinessProblems } from './readiness.ts';
import { type Run, workerOf } from './run.ts';

export interface StopLimits {
  /** Longest wait for a worker that is no longer in `workers.json`. */
  readonly leftWorkerMs: number;
}

export const STOP_LIMITS: StopLimits = { leftWorkerMs: 5000 };

/**
 * Returns host → why this worker cannot be asked to stop anything. A worker that left and did not answer the look is not
 * waited for again.
 */
export async function dialStops(
  run: Run,
  { reconcile: steps, notLooked = [] }: Pick<Plan, 'reconcile' | 'notLooked'>,
  limits: StopLimits,
): Promise<ReadinessProblems> {
  const asked = new Map(steps.flatMap((step) => (step.action === 'forget' ? [] : [[step.host, step] as const])));
  const problems = await mapLimit([...asked.values()], run.settings.parallelWorkers, (step) =>
    dial(run, step, { limits, isSilent: notLooked.includes(step.host) }),
  );
  return problemsByHost([...asked.keys()], problems);
}

interface Dialling {
  readonly limits: StopLimits;
  readonly isSilent: boolean;
}

async function dial(
  run: Run,
  step: ReconcileStep,
  { limits: { leftWorkerMs }, isSilent }: Dialling,
): Promise<Problem | undefined> {
  const { host, workerLeft } = step;
  const limit = workerLeft ? timeoutSignal(isSilent ? 0 : leftWorkerMs) : undefined;
  const signal = limit === undefined ? run.signal : anySignal(run.signal, limit);
  const outcome = await run.workers.connect(workerOfStep(run, step), signal);
  if (outcome.kind === 'connected') return undefined;
  const isLate = limit?.aborted === true && !run.signal.aborted && outcome.problem.kind === 'cancelled';
  return isLate ? { kind: 'silent', worker: host, limitMs: leftWorkerMs } : connectionProblem(outcome.problem);
}

/** Returns the worker of a step. A worker that left the bucket has its last known address. */
export function workerOfStep(run: Run, { allocationId, host }: ReconcileStep): CatalogWorker {
  const removed = run.catalog.removed.find(({ id }) => id === allocationId);
  return removed?.worker ?? workerOf(run, host);
}
