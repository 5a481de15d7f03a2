import { describe, expect, it } from 'vitest';
import type { ShellHookRecord } from '../../../src/events/hook-record.ts';
import type { RolloutEvent } from '../../../src/events/rollout-event.ts';
import { shellHookOutputs } from '../../../src/report/deploy-json.ts';
import { DeployReport } from '../../../src/report/deploy-report.ts';
import { logLines } from '../../../src/report/log/log-line.ts';
import { Narrator } from '../../../src/report/log/narrator.ts';
import { deploySummary } from '../../../src/report/markdown/markdown.ts';
import { hookRecord, story } from '../../support/rollout-story.ts';

const good: ShellHookRecord = {
  hook: 'before-deploy',
  command: './checks.sh',
  stdout: 'all fine',
  stderr: '',
  exitCode: 0,
  durationMs: 1187.4,
};
const timedOut: ShellHookRecord = {
  ...good,
  hook: 'after-deploy',
  exitCode: 124,
  problem: 'timed out after 60 s (exit 124)',
};

function eventsOf(record: ShellHookRecord): RolloutEvent[] {
  const { hook, command } = record;
  return [
    { type: 'shell-hook-started', hook, command },
    { type: 'shell-hook-output', hook, line: 'a line', stream: 'stdout' },
    { type: 'shell-hook-finished', record },
  ];
}

function reportOf(events: readonly RolloutEvent[]): DeployReport {
  const report = new DeployReport(0);
  for (const event of events) report.add(event);
  return report;
}

describe('shell hooks in reports', () => {
  it('are sentences', () => {
    const narrator = new Narrator({ detail: 'compact' });
    const said = [good, timedOut].flatMap(eventsOf).flatMap((event) => narrator.tell(event));
    expect(said.map(({ tone, text }) => `${tone}: ${text}`)).toEqual([
      'heading: before-deploy hook',
      'good: before-deploy hook ok after 1.2s',
      'heading: after-deploy hook',
      'bad: after-deploy hook timed out after 60 s (exit 124) after 1.2s',
    ]);
  });

  it('are log lines of their own form, with empty outputs, and two for a failure', () => {
    const origin = { command: 'deploy', nowMs: Date.UTC(2026, 0, 2, 3, 4, 5, 678) };
    const lines = (record: ShellHookRecord, format: 'json' | 'kv') =>
      eventsOf(record).flatMap((event) => logLines(event, origin, format));
    expect(lines(good, 'json')).toEqual([
      '{"ts":"2026-01-02T03:04:05.678Z","level":"INFO","event":"command_begin","maand":"deploy","worker":"-","phase":"hook","action":"before-deploy","cmd":"./checks.sh"}',
      '{"ts":"2026-01-02T03:04:05.678Z","level":"INFO","maand":"deploy","worker":"-","phase":"hook","action":"before-deploy","stream":"stdout","msg":"a line"}',
      '{"time":"2026-01-02T03:04:05.678Z","level":"INFO","msg":"Execute hook success","hook":"before-deploy","command":"./checks.sh","stdout":"all fine","stderr":"","exit_code":0,"duration":"1.2s","duration_ms":1187}',
    ]);
    expect(lines(timedOut, 'kv').slice(2)).toEqual([
      'time=2026-01-02T03:04:05.678Z level=ERROR msg="Execute hook failed" hook=after-deploy command=./checks.sh stdout="all fine" stderr="" exit_code=124 duration=1.2s duration_ms=1187',
      'time=2026-01-02T03:04:05.678Z level=ERROR msg="After deploy hook failure" error="timed out after 60 s (exit 124)"',
    ]);
  });

  it('are records of the result and outputs, beside those of jobs', () => {
    const end = { ok: true, updateSeq: 1, serial: 1, runId: 'run-1', nowMs: 1 };
    const job: RolloutEvent = { type: 'hook-finished', record: hookRecord() };
    const { hooks } = reportOf([...eventsOf(good), job, ...eventsOf(timedOut)]).toJson(end);
    expect(hooks.map(({ hook, event, job: of, exit_code }) => [hook, event, of, exit_code])).toEqual([
      ['before-deploy', 'before-deploy', undefined, 0],
      ['hook_migrate', 'pre_deploy', 'api', 0],
      ['after-deploy', 'after-deploy', undefined, 124],
    ]);
    expect(shellHookOutputs(hooks)).toEqual({ 'before-deploy-exit-code': 0, 'after-deploy-exit-code': 124 });
  });

  it('are the result of a deploy that they stopped', () => {
    expect(reportOf(eventsOf(good)).brokenOff(1)).toMatchObject({ ok: false, jobs: [], hooks: [{ exit_code: 0 }] });
  });

  it('are a row each of the summary, with their output folded below', () => {
    const report = reportOf([...story, ...eventsOf(timedOut)]);
    const summary = deploySummary(report.toJson({ ok: true, updateSeq: 1, serial: 1, runId: 'r', nowMs: 1 }), []);
    expect(summary).toContain('| ❌ | after-deploy | ./checks.sh | 124 | 1.2s |');
    expect(summary).toContain('<summary>Hook after-deploy: exit 124, 1.2s</summary>');
    expect(summary).toContain('all fine');
  });
});
