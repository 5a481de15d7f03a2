import { describe, expect, it } from 'vitest';
import type { HealthProblems } from '../../../src/health/check-job.ts';
import { waitUntilHealthy } from '../../../src/health/wait.ts';

const SICK: HealthProblems = new Map([['w1', { kind: 'hook', said: 'sick' }]]);
const WELL: HealthProblems = new Map();
const patience = { attempts: 3, intervalMs: 1, successes: 1, minHealthyMs: 0 };

function wait(
  results: readonly HealthProblems[],
  parts: Partial<typeof patience> = {},
  signal = new AbortController().signal,
) {
  let checks = 0;
  const retries: number[] = [];
  const work = waitUntilHealthy({
    patience: { ...patience, ...parts },
    check: async () => results[Math.min(checks++, results.length - 1)] ?? WELL,
    onRetry: (attempt) => retries.push(attempt),
    nowMs: () => checks * 10,
    signal,
  });
  return work.then((problems) => ({ problems, checks, retries }));
}

describe('waitUntilHealthy', () => {
  it('ends at the first success', async () => {
    expect(await wait([SICK, SICK, WELL])).toEqual({ problems: WELL, checks: 3, retries: [1, 2] });
  });

  it('stops after its attempts and does not announce another one', async () => {
    expect(await wait([SICK])).toEqual({ problems: SICK, checks: 3, retries: [1, 2] });
  });

  it('requires several consecutive successes when configured', async () => {
    expect(await wait([WELL, SICK, WELL, WELL], { successes: 2 })).toMatchObject({ problems: WELL, checks: 4 });
  });

  it('requires a minimum healthy time when configured', async () => {
    expect(await wait([WELL], { minHealthyMs: 35 })).toMatchObject({ problems: WELL, checks: 5 });
  });

  it('ends with the run', async () => {
    expect(await wait([SICK], {}, AbortSignal.abort())).toMatchObject({ checks: 1 });
  });
});
