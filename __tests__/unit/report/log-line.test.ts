import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RolloutEvent } from '../../../src/events/rollout-event.ts';
import { formatLog, type LogFields, logFields, logMessage } from '../../../src/report/log/log-line.ts';
import { hookRecord, story } from '../../support/rollout-story.ts';

const ORIGIN = { command: 'deploy', nowMs: Date.UTC(2026, 0, 2, 3, 4, 5, 678) };
const START = 'ts=2026-01-02T03:04:05.678Z level=INFO';

function kv(event: RolloutEvent): string {
  return formatLog(logFields(event, ORIGIN) as LogFields, 'kv');
}

describe('structured lines', () => {
  it('name phases and actions by the words that programs look for', () => {
    expect(kv({ type: 'phase-started', job: 'api', phase: 'sync', worker: 'h' })).toBe(
      `${START} event=command_begin maand=deploy worker=h job=api phase=rsync action=rsync`,
    );
    expect(
      kv({
        type: 'phase-finished',
        job: 'api',
        phase: 'restart',
        worker: 'h',
        outcome: 'failed',
        durationMs: 9.6,
        exitCode: 2,
      }),
    ).toBe(
      `${START} event=command_end maand=deploy worker=h job=api phase=rollout action=restart exit=2 duration_ms=10 reason=failed`,
    );
    expect(kv({ type: 'output', job: 'api', worker: 'h', line: 'a "b" c=d', stream: 'stderr' })).toBe(
      `${START} maand=deploy worker=h job=api stream=stderr msg="a \\"b\\" c=d"`,
    );
    expect(
      kv({ type: 'job-finished', job: 'docs', outcome: 'skipped', durationMs: 1, reason: 'already promoted' }),
    ).toBe(`${START} event=deploy_skip maand=deploy worker=- job=docs duration_ms=1 reason="already promoted"`);
  });

  it('squeeze commands', () => {
    const record = hookRecord({ command: `python3  a.py\n${'x'.repeat(300)}` });
    const fields = logFields({ type: 'hook-finished', record }, ORIGIN);
    expect(fields?.cmd).toMatch(/^python3 a\.py x+\.\.\.$/);
    expect(fields?.cmd).toHaveLength(200);
  });

  it('are JSON with numbers as numbers', () => {
    const text = formatLog(logFields({ type: 'hook-finished', record: hookRecord() }, ORIGIN) as LogFields, 'json');
    expect(JSON.parse(text)).toMatchObject({ event: 'hook_end', exit: 0, duration_ms: 1235, maand: 'deploy' });
  });

  it('exist for every event of a run', () => {
    for (const event of story) expect(logFields(event, ORIGIN)).toBeDefined();
  });

  it.each([
    ['health_check', 'healthcheck'],
    ['plan', 'deploy'],
    ['validate', 'build'],
    ['hooks', 'hooks'],
  ])('call the command %s %s', (command, name) => {
    expect(logMessage('error', 'no', { ...ORIGIN, command }).maand).toBe(name);
  });

  it('can be read back in both forms, on one line, whatever is in them', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (line) => {
        const fields = logFields(
          { type: 'output', job: 'j', worker: 'w', line, stream: 'stdout' },
          ORIGIN,
        ) as LogFields;
        expect(JSON.parse(formatLog(fields, 'json')).msg ?? '').toBe(line);
        const text = formatLog(fields, 'kv');
        expect(text).not.toMatch(/[\n\r]/);
        const raw = text.split(' msg=')[1] ?? '""';
        expect(raw.startsWith('"') ? JSON.parse(raw) : raw).toBe(line);
      }),
    );
  });
});
