import { describe, expect, it } from 'vitest';
import { Masker } from '../../../src/base/masker.ts';
import { runShellHook, type ShellHook } from '../../../src/hooks/shell-hook.ts';
import { isRunning } from '../../support/process-tree.ts';

const ENV = { PATH: process.env.PATH ?? '' };

function start(command: string, extra: Partial<ShellHook> & { readonly signal?: AbortSignal } = {}) {
  const lines: string[] = [];
  const shellHook: ShellHook = {
    hook: 'before-deploy',
    command,
    cwd: '/',
    env: ENV,
    timeoutMs: 50_000,
    masker: new Masker(),
    onLine: (line, stream) => lines.push(`${stream} ${line}`),
    ...extra,
  };
  return { ended: runShellHook(shellHook, extra.signal ?? new AbortController().signal), lines };
}

describe('runShellHook', () => {
  it('records everything of a script of several lines, and shows its lines', async () => {
    const { ended, lines } = start('echo one\ncd /usr\npwd\necho "  oops " >&2\necho\n');
    expect(await ended).toEqual({
      hook: 'before-deploy',
      command: 'echo one\ncd /usr\npwd\necho "  oops " >&2\necho\n',
      stdout: 'one\n/usr',
      stderr: 'oops',
      exitCode: 0,
      durationMs: expect.any(Number),
    });
    expect(lines).toEqual(expect.arrayContaining(['stdout one', 'stdout /usr', 'stderr   oops ']));
  });

  it('has an empty stdin, the given environment and folder', async () => {
    const { ended } = start('cat; pwd; echo "$ONE$HOME"', { cwd: '/usr', env: { ...ENV, ONE: '1' } });
    expect(await ended).toMatchObject({ stdout: '/usr\n1', exitCode: 0 });
  });

  it.each([
    ['exit 3', 3, 'failed (exit 3)'],
    ['kill -TERM $$', 143, 'failed (exit 143)'],
    ['no-such-command', 127, 'failed (exit 127)'],
  ])('says how %s failed', async (command, exitCode, problem) => {
    expect(await start(command).ended).toMatchObject({ exitCode, problem });
  });

  it('reports that it could not start', async () => {
    expect(await start('exit 0', { cwd: '/no/such/folder' }).ended).toMatchObject({ exitCode: 127 });
    const tooLong = await start(`: ${'x'.repeat(3_000_000)}`).ended;
    expect(tooLong).toMatchObject({ exitCode: 1, problem: expect.stringContaining('could not start /bin/sh') });
  });

  it('takes a program for missing by the kind of the error, whatever its words', async () => {
    const { exitCode, problem } = await start('echo ENOENT\0').ended; // an argument of a process cannot contain a NUL
    expect(problem).toContain('ENOENT');
    expect(exitCode).toBe(1);
  });

  it('ends the whole group at the time limit', async () => {
    const { ended } = start('sleep 100 & echo $!; wait', { timeoutMs: 300 });
    const record = await ended;
    expect(record).toMatchObject({ exitCode: 124, problem: 'timed out after 0.3 s (exit 124)' });
    expect(isRunning(Number(record.stdout))).toBe(false);
  });

  it('ends the whole group when the run is cancelled', async () => {
    const controller = new AbortController();
    const { ended } = start('sleep 100 & echo $!; wait', {
      signal: controller.signal,
      onLine: () => controller.abort(),
    });
    const record = await ended;
    expect(record).toMatchObject({ exitCode: 143, problem: 'cancelled (exit 143)' });
    expect(isRunning(Number(record.stdout))).toBe(false);
  });

  it('keeps the end of a flood, and its exit code', async () => {
    const { ended, lines } = start("head -c 30000000 /dev/zero | tr '\\0' x; echo; echo the end; exit 5");
    const record = await ended;
    expect(record).toMatchObject({ exitCode: 5, stdout: expect.stringMatching(/the end$/) });
    expect(record.stdout.length).toBeLessThan(70_000);
    expect(lines.join('').length).toBeLessThan(300_000);
  });

  it('masks command, lines and outputs, even when a secret is written in two parts', async () => {
    const masker = new Masker();
    masker.add('correct-horse-battery');
    const { ended, lines } = start(
      'echo correct-horse-battery; printf correct-; printf "horse-battery\\n" >&1; exit 1',
      {
        masker,
      },
    );
    const seen = JSON.stringify([await ended, lines]);
    expect(seen).not.toContain('horse-battery"');
    expect(seen).not.toContain('correct-horse-battery');
    expect(lines).toEqual(['stdout ***', 'stdout ***']);
  });
});
