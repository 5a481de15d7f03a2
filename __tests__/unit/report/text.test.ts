import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { Failure } from '../../../src/base/failure.ts';
import { diagnosticsText } from '../../../src/report/diagnostic-text.ts';
import { durationText } from '../../../src/report/duration.ts';
import { endingJson, endingOf } from '../../../src/report/ending.ts';
import { endingSummary, textSummary } from '../../../src/report/ending-summary.ts';
import { outputLine } from '../../../src/report/log/output-line.ts';
import { tableText } from '../../../src/report/table.ts';

const finding = {
  severity: 'error',
  code: 'ErrInvalidManifest',
  message: 'job api: unknown event "pre_deplyo"',
  place: { file: 'workspace/jobs/api/manifest.json', line: 7, column: 20 },
  job: 'api',
  hint: 'did you mean "pre_deploy"?',
} as const;
const warning = { severity: 'warning', code: 'ErrInvalidJob', message: 'old word' } as const;

describe('durationText', () => {
  it.each([
    [0, '0ms'],
    [999.4, '999ms'],
    [1000, '1.0s'],
    [12_345, '12.3s'],
    [59_949, '59.9s'],
    [59_951, '1m 00s'],
    [184_000, '3m 04s'],
    [3_720_000, '1h 02m'],
    [-5, '0ms'],
  ])('%d ms', (ms, text) => expect(durationText(ms)).toBe(text));
});

describe('tableText', () => {
  it('aligns columns and keeps every row on its line', () => {
    const rows = [
      ['api', '10.0.0.1', ''],
      ['database', '10.0.0.22', 'a\nb\u001b[31m'],
    ];
    expect(tableText(['job', 'worker_ip', 'note'], rows)).toBe(
      'job       worker_ip  note\napi       10.0.0.1\ndatabase  10.0.0.22  a\\nb\\u001b[31m\n',
    );
  });

  it('takes more rows than a call has arguments', () => {
    const rows = Array.from({ length: 200_000 }, () => ['x']);
    expect(tableText(['c'], rows).length).toBe(400_002);
  });
});

describe('outputLine', () => {
  it.each([
    [{ job: 'api', worker: 'h', line: 'x', stream: 'stdout' }, 'api@h | x'],
    [{ job: 'api', worker: 'h', line: 'x', stream: 'stderr' }, 'api@h ! x'],
    [{ job: 'api', worker: '', line: 'x', stream: 'stdout' }, 'api | x'],
    [{ job: '', worker: 'h', line: 'x', stream: 'stdout' }, 'h | x'],
  ] as const)('%j', (line, text) => expect(outputLine(line)).toBe(text));
});

describe('diagnosticsText', () => {
  it('starts with the place, errors first, with the hint on a separate line', () => {
    expect(diagnosticsText([warning, finding])).toBe(
      'workspace/jobs/api/manifest.json:7:20: error: job api: unknown event "pre_deplyo"\n' +
        '    hint: did you mean "pre_deploy"?\n' +
        'warning: old word\n',
    );
  });
});

describe('endings', () => {
  it('keep the message of a failure', () => {
    const ending = endingOf(new Failure('no bucket', { exitCode: 2, hint: 'maand init', diagnostics: [finding] }));
    expect(ending).toMatchObject({ kind: 'refused', exitCode: 2, message: 'no bucket', stack: undefined });
    const { severity: _severity, place, ...fields } = finding;
    expect(endingJson(ending, undefined)).toEqual({
      ok: false,
      exit_code: 2,
      error: 'no bucket',
      hint: 'maand init',
      errors: [{ ...fields, ...place }],
      warnings: [],
    });
  });

  it('keep the code and the section of a failure', () => {
    const ending = endingOf(new Failure('no', { exitCode: 3, hint: 'wait', code: 'a-stop', see: 'docs/a.md#b' }));
    expect(endingJson(ending, undefined)).toMatchObject({
      exit_code: 3,
      code: 'a-stop',
      hint: 'wait',
      see: 'docs/a.md#b',
    });
    expect(endingSummary('build', ending, undefined)).toContain('wait\n\nSee `docs/a.md#b`\n\n');
    const url = 'https://github.com/octo/tool/blob/v1/docs/a.md#b';
    expect(endingSummary('build', { ...ending, see: url }, undefined)).toContain(`See [docs/a.md#b](${url})`);
  });

  it('describe any other error as unexpected, with instructions to report it', () => {
    const ending = endingOf(new TypeError('x is not a function'));
    expect(ending).toMatchObject({ kind: 'unexpected', exitCode: 1, message: 'unexpected error: x is not a function' });
    expect(ending.hint).toContain('open an issue');
    expect(ending.stack).toContain('TypeError');
    expect(endingOf('text').message).toBe('unexpected error: text');
  });

  it('describes an error of the machine, without a request to report it', async () => {
    const missing = await readFile('/nowhere/at/all').catch((thrown: unknown) => thrown);
    const noPermission = Object.assign(new Error("EACCES: permission denied, open '/b/data/state.json'"), {
      code: 'EACCES',
      syscall: 'open',
      path: '/b/data/state.json',
    });
    expect(endingOf(missing)).toMatchObject({
      message: expect.stringContaining('ENOENT'),
      hint: expect.stringContaining('issue'),
    });
    expect(endingOf(noPermission)).toMatchObject({
      exitCode: 1,
      message: '/b/data/state.json: permission denied (EACCES, open)',
      hint: expect.stringMatching(/^give the user who runs this access/),
    });
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), {
      code: 'ENOSPC',
      syscall: 'write',
    });
    expect(endingOf(full).message).toBe('no space left on device (ENOSPC, write)');
  });

  it('have a summary', () => {
    const ending = endingOf(new Failure('no | bucket', { exitCode: 2, hint: 'do it', diagnostics: [finding] }));
    const summary = endingSummary('build', ending, undefined);
    expect(summary).toContain('## maand build: failed\n\n**no &#124; bucket**\n\ndo it\n\n');
    expect(summary).toContain('| error | workspace/jobs/api/manifest.json:7:20 | job api');
    expect(textSummary('cat', 'a\n```\nb\n')).toBe('## maand cat\n\n````\na\n```\nb\n````\n\n');
  });
});
