import { describe, expect, it } from 'vitest';
import type { RolloutEvent } from '../../../src/events/rollout-event.ts';
import { Narrator, type NarratorOptions } from '../../../src/report/log/narrator.ts';
import { hookRecord, story } from '../../support/rollout-story.ts';

function tell(events: readonly RolloutEvent[], detail: NarratorOptions['detail'] = 'compact'): string[] {
  const narrator = new Narrator({ detail });
  return events.flatMap((event) => narrator.tell(event)).map(({ text }) => text);
}

describe('Narrator', () => {
  it('describes a run in few lines', () => {
    expect(tell(story)).toEqual([
      'plan: 2 of 3 jobs to deploy, 3 allocations, 1 allocation no longer wanted (1 start, 2 restarts, 1 stop)',
      'old@10.0.0.3: stop ok after 80ms',
      'old@10.0.0.3: stopped, no longer wanted',
      'wave 0: api, docs',
      'api: pre_deploy ok after 1.3s',
      'api: sync ok on 2 workers, slowest 10.0.0.2 420ms',
      'api: restart, batch 1 of 2: 10.0.0.1',
      'api@10.0.0.1: restart ok after 2.1s',
      'api: not healthy yet (attempt 1 of 3): 10.0.0.1: tcp 8080 refused',
      'api: health ok after 4.0s',
      'api: restart, batch 2 of 2: 10.0.0.2',
      'api@10.0.0.2: restart failed (exit 2) after 900ms',
      'api: failed: restart updated allocations: worker 10.0.0.2: make restart failed (exit 2): cannot bind',
      'docs: skipped (already promoted on all allocations)',
      'wave 2: web',
      'web: blocked: skipped, upstream job api failed',
    ]);
  });

  it('has one line for fifty workers', () => {
    const hosts = Array.from({ length: 50 }, (_, at) => `10.0.1.${at}`);
    const base = { job: 'api', phase: 'sync' } as const;
    const lines = tell([
      ...hosts.map((worker): RolloutEvent => ({ type: 'phase-started', ...base, worker })),
      ...hosts.map(
        (worker, at): RolloutEvent => ({
          type: 'phase-finished',
          ...base,
          worker,
          outcome: 'succeeded',
          durationMs: at,
        }),
      ),
      { type: 'batch-started', job: 'api', action: 'start', index: 0, count: 1, workers: hosts },
    ]);
    expect(lines).toEqual([
      'api: sync ok on 50 workers, slowest 10.0.1.49 49ms',
      'api: start: 10.0.1.0, 10.0.1.1, 10.0.1.2, 10.0.1.3, 10.0.1.4, 10.0.1.5, 10.0.1.6, 10.0.1.7 and 42 more',
    ]);
  });

  it('reports successes together with a failure when the job ends', () => {
    const base = { job: 'api', phase: 'sync' } as const;
    const lines = tell([
      { type: 'phase-started', ...base, worker: 'a' },
      { type: 'phase-started', ...base, worker: 'b' },
      { type: 'phase-finished', ...base, worker: 'a', outcome: 'succeeded', durationMs: 5 },
      { type: 'phase-finished', ...base, worker: 'b', outcome: 'timed-out', durationMs: 9 },
      { type: 'job-finished', job: 'api', outcome: 'failed', durationMs: 10, error: 'line one\nline two' },
    ]);
    expect(lines).toEqual([
      'api@b: sync timed out after 9ms',
      'api@a: sync ok after 5ms',
      'api: failed: line one\n  line two',
    ]);
  });

  it('reports every worker and every promote in detail', () => {
    const lines = tell(story, 'all');
    expect(lines).toContain('api@10.0.0.1: sync ok after 310ms');
    expect(lines).toContain('api@10.0.0.1: promoted to version 1.0.0');
    expect(lines).toContain('api@10.0.0.1: hook hook_migrate (pre_deploy) ok after 1.2s');
    expect(lines).toContain('api: not healthy yet (attempt 2 of 3): 10.0.0.1: tcp 8080 refused');
    expect(lines.some((line) => line.includes('on 2 workers'))).toBe(false);
  });

  it('reports failed hooks, and hooks outside of a deploy', () => {
    expect(tell([{ type: 'hook-finished', record: hookRecord({ exitCode: 3 }) }])).toEqual([
      'api@10.0.0.1: hook hook_migrate (pre_deploy) failed (exit 3) after 1.2s',
    ]);
    expect(tell([{ type: 'hook-finished', record: hookRecord({ event: 'cli' }) }])).toEqual([
      'api@10.0.0.1: hook hook_migrate (cli) ok after 1.2s',
    ]);
    expect(tell([{ type: 'hook-finished', record: hookRecord({ event: 'health_check', exitCode: 1 }) }])).toEqual([]);
  });
});
