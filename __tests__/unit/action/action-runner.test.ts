import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runAction } from '../../support/action-runner.ts';
import { readFileCommands } from '../../support/file-commands.ts';

const actionDir = join(import.meta.dirname, '../../fixtures/runner/fake-action');
const workspaceDir = import.meta.dirname;

describe('the test runner', () => {
  it('runs main and post as GitHub does', async () => {
    const seen: string[] = [];
    const run = await runAction({
      actionDir,
      workspaceDir,
      inputs: { greeting: 'hi' },
      laterSteps: async ({ outputs, exitCode }) => void seen.push(`${exitCode} ${outputs.plain}`),
    });
    expect(run.exitCode).toBe(3);
    expect(seen).toEqual(['3 hi']);
    expect(run.outputs).toEqual({
      plain: 'hi',
      many: 'line = one\nline two',
      token: expect.stringContaining('ghs_'),
      empty: '',
    });
    expect(run).toMatchObject({
      state: { folder: 'somewhere' },
      exportedEnv: { LATER: 'yes' },
      addedPath: ['/opt/bin'],
      summary: '# done\n',
      leftBehind: [],
    });
    expect(run.post?.log.lines).toEqual(['state somewhere, greeting hi']);
  });

  it('reads the log as the runner does', async () => {
    const { log } = await runAction({ actionDir, workspaceDir, inputs: {} });
    expect(log.lines.filter((line) => line !== 'on stderr')).toEqual([
      'inside %',
      'this is ***',
      'warning: 50% of it\ngone',
      '::nonsense::stays text',
      'error: style',
      '::error::only text',
      'notice: on again',
    ]);
    expect(log.groups).toEqual([{ title: 'a group', lines: ['inside %'] }]);
    expect(log.annotations('warning')).toEqual([
      { name: 'warning', properties: { file: 'a b', line: '3' }, value: '50% of it\ngone' },
    ]);
    expect(log.annotations('error').map(({ properties }) => properties)).toEqual([{ file: 'x', line: '1' }]);
    expect(log.raw).toContain('::add-mask::hidden');
  });

  it('cancels with SIGINT first, and still runs post', async () => {
    const run = await runAction({
      actionDir,
      workspaceDir,
      inputs: {},
      env: { WAIT: '1' },
      cancelWhen: (log) => log.until('ready'),
    });
    expect(run.exitCode).toBe(7);
    expect(run.post?.exitCode).toBe(0);
  });

  it('refuses inputs that the action does not have', async () => {
    await expect(runAction({ actionDir, workspaceDir, inputs: { nope: 'x' } })).rejects.toThrow('no input nope');
  });
});

describe('readFileCommands', () => {
  it.each(['no sign', 'a<<EOT\nnever ends', '<<EOT\nx\nEOT'])('refuses %j as the runner does', (text) => {
    expect(() => readFileCommands(text)).toThrow(/invalid format|not found/);
  });

  it('keeps the last value of a name', () => {
    expect(readFileCommands('a=1\na=x=2\n')).toEqual({ a: 'x=2' });
  });
});
