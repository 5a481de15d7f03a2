import { describe, expect, it } from 'vitest';
import type { RolloutEvent } from '../../../src/events/rollout-event.ts';
import { DeployReport } from '../../../src/report/deploy-report.ts';
import { hookRecord, story } from '../../support/rollout-story.ts';

const STARTED = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
const END = { ok: false, updateSeq: 4, serial: 41, runId: 'run-1', nowMs: STARTED + 12_345 };

function fold(events: readonly RolloutEvent[]): DeployReport {
  const report = new DeployReport(STARTED);
  for (const event of events) report.add(event);
  return report;
}

describe('DeployReport', () => {
  it('folds a run into the result that scripts read', () => {
    expect(fold(story).toJson(END)).toEqual({
      ok: false,
      update_seq: 4,
      serial: 41,
      run_id: 'run-1',
      started_at: '2026-01-02T03:04:05.678Z',
      duration_ms: 12_345,
      reconcile: [{ job: 'old', worker: '10.0.0.3', action: 'stop+remove', outcome: 'stopped' }],
      waves: [
        { seq: 0, jobs: ['api', 'docs'] },
        { seq: 2, jobs: ['web'] },
      ],
      jobs: [
        {
          job: 'api',
          outcome: 'failed',
          duration_ms: 9000,
          error: 'restart updated allocations: worker 10.0.0.2: make restart failed (exit 2): cannot bind',
          phases: [
            { phase: 'pre_deploy', outcome: 'succeeded', duration_ms: 1300 },
            { phase: 'sync', worker: '10.0.0.2', outcome: 'succeeded', duration_ms: 420 },
            { phase: 'sync', worker: '10.0.0.1', outcome: 'succeeded', duration_ms: 310 },
            { phase: 'restart', worker: '10.0.0.1', outcome: 'succeeded', duration_ms: 2100, exit_code: 0 },
            { phase: 'health', outcome: 'succeeded', duration_ms: 4000 },
            { phase: 'promote', worker: '10.0.0.1', outcome: 'succeeded', duration_ms: 0 },
            { phase: 'restart', worker: '10.0.0.2', outcome: 'failed', duration_ms: 900, exit_code: 2 },
          ],
        },
        {
          job: 'docs',
          outcome: 'skipped',
          duration_ms: 3,
          reason: 'already promoted on all allocations',
          phases: [],
        },
        { job: 'web', outcome: 'blocked', duration_ms: 0, error: 'skipped, upstream job api failed', phases: [] },
      ],
      hooks: [
        {
          hook: 'hook_migrate',
          event: 'pre_deploy',
          job: 'api',
          worker: '10.0.0.1',
          command: 'python3 hook_migrate.py',
          stdout: 'migrated\n',
          stderr: '',
          exit_code: 0,
          duration_ms: 1235,
        },
      ],
    });
  });

  it('reports jobs without an end as cancelled', () => {
    const broken = fold(story.slice(0, 20)).brokenOff(STARTED + 1000);
    expect(broken).toMatchObject({ ok: false, update_seq: null, serial: null, duration_ms: 1000 });
    expect(broken?.jobs.map(({ job, outcome }) => `${job} ${outcome}`)).toEqual([
      'api cancelled',
      'docs cancelled',
      'web cancelled',
    ]);
    expect(broken?.jobs[0]?.phases).toHaveLength(4);
  });

  it('has no result before the plan', () => {
    const events: RolloutEvent[] = [{ type: 'noticed', level: 'info', message: 'hello' }];
    expect(fold(events).brokenOff(STARTED)).toBeUndefined();
  });

  it('keeps the failure of a reconcile', () => {
    const error = 'job old: worker 10.0.0.3: make stop failed (exit 2)';
    const failed = { job: 'old', worker: '10.0.0.3', action: 'stop+remove', outcome: 'given-up', error } as const;
    const report = fold([{ type: 'reconcile-failed', severity: 'warning', ...failed }]);
    expect(report.toJson(END).reconcile).toEqual([failed]);
  });

  it('cuts long outputs at the front, with a mark', () => {
    const lines = Array.from({ length: 5000 }, (_, at) => `line ${at}`).join('\n');
    const [hook] = fold([{ type: 'hook-finished', record: hookRecord({ stdout: lines }) }]).toJson(END).hooks;
    expect(hook?.stdout.length).toBeLessThan(17_000);
    expect(hook?.stdout).toMatch(/^\[\d+ characters cut\] …\nline \d+\n/);
    expect(hook?.stdout.endsWith('line 4999')).toBe(true);
  });

  it('stays small however much hooks print', () => {
    const report = new DeployReport(STARTED);
    const stdout = 'x'.repeat(64 * 1024);
    for (let at = 0; at < 2000; at++) report.add({ type: 'hook-finished', record: hookRecord({ stdout }) });
    expect(JSON.stringify(report.toJson(END)).length).toBeLessThan(7 * 1024 * 1024);
    expect(report.toJson(END).hooks).toHaveLength(2000);
  });

  it('keeps one record of a health hook that is asked again and again', () => {
    const records = Array.from({ length: 3000 }, (_, at) =>
      hookRecord({
        event: 'health_check',
        stdout: `attempt ${at} ${'y'.repeat(10_000)}`,
        exitCode: at === 2999 ? 0 : 1,
      }),
    );
    const { hooks } = fold(records.map((record) => ({ type: 'hook-finished', record }))).toJson(END);
    expect(hooks).toHaveLength(1);
    expect(hooks[0]).toMatchObject({ exit_code: 0, stdout: expect.stringContaining('attempt 2999') });
  });
});
