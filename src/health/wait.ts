/** Repeats a health check until the job is healthy or no attempts are left. */
import { setTimeout as delay } from 'node:timers/promises';
import type { HealthCheck } from '../workspace/types.ts';
import type { HealthProblems } from './check-job.ts';

const DEFAULTS = { attempts: 30, intervalMs: 1000, successes: 1, minHealthyMs: 0 };

/** The result of a cancelled wait. The health of the job is then unknown. */
const CANCELLED: HealthProblems = new Map([['', { kind: 'cancelled', when: 'while waiting for health' }]]);

export type HealthPatience = Pick<HealthCheck, 'attempts' | 'intervalMs' | 'successes' | 'minHealthyMs'>;

/** Returns how long the manifest allows the check to wait. The settings of `wait` apply even without `checks`. */
export function patienceOf(healthCheck: HealthCheck | undefined): HealthPatience {
  return healthCheck ?? DEFAULTS;
}

export interface Waiting {
  readonly patience: HealthPatience;
  readonly check: () => Promise<HealthProblems>;
  /** Called before each attempt after the first one. */
  readonly beforeRetry?: () => void;
  /** Called after each failed attempt that is followed by another attempt. */
  readonly onRetry: (attempt: number, problems: HealthProblems) => void;
  readonly nowMs: () => number;
  readonly signal: AbortSignal;
}

/**
 * Repeats the check until the job was healthy `successes` times in a row over at least `minHealthyMs`, or until
 * `attempts` checks failed. Returns the problems of the last check; an empty map means healthy. There is no pause after
 * the last attempt.
 */
export async function waitUntilHealthy(waiting: Waiting): Promise<HealthProblems> {
  const { patience, check, beforeRetry, onRetry, nowMs, signal } = waiting;
  let healthySince: number | undefined;
  let successes = 0;
  for (let failures = 0; ; ) {
    const problems = await check();
    if (signal.aborted) return problems.size > 0 ? problems : CANCELLED;
    if (problems.size === 0) {
      healthySince ??= nowMs();
      successes++;
      if (successes >= patience.successes && nowMs() - healthySince >= patience.minHealthyMs) return problems;
    } else {
      healthySince = undefined;
      successes = 0;
      failures++;
      if (failures >= patience.attempts) return problems;
      onRetry(failures, problems);
    }
    await delay(patience.intervalMs, undefined, { signal }).catch(() => {});
    if (signal.aborted) return problems.size > 0 ? problems : CANCELLED;
    beforeRetry?.();
  }
}
