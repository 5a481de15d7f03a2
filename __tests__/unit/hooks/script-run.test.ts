import { describe, expect, it } from 'vitest';
import { runScript, type Script } from '../../../src/hooks/process/script-run.ts';
import { isRunning } from '../../support/process-tree.ts';

const ENV = { PATH: process.env.PATH ?? '' };

/** Runs shell text. `text` returns the output so far, and `line` resolves with the first line. */
function shell(text: string, extra: Partial<Script> & { readonly signal?: AbortSignal } = {}) {
  const written = { stdout: '', stderr: '' };
  let announce = (_line: string): void => {};
  const firstLine = new Promise<string>((done) => {
    announce = done;
  });
  const script: Script = {
    file: 'sh',
    args: ['-c', text],
    cwd: '/',
    env: ENV,
    timeoutMs: 50_000,
    onOutput: (stream, chunk) => {
      written[stream] += chunk.toString();
      if (written.stdout.includes('\n')) announce(written.stdout.slice(0, written.stdout.indexOf('\n')));
    },
    ...extra,
  };
  return { ended: runScript(script, extra.signal ?? new AbortController().signal), firstLine, written };
}

describe('runScript', () => {
  it.each([
    ['exit 0', 0],
    ['exit 7', 7],
    ['kill -9 $$', 137],
    ['kill -TERM $$', 143],
  ])('answers how %s ended', async (text, exitCode) => {
    expect(await shell(text).ended).toEqual({ kind: 'exited', exitCode });
  });

  it('hands over both streams, with an empty stdin, the given environment and folder', async () => {
    const { ended, written } = shell('cat; env | sort; pwd >&2', { cwd: '/usr', env: { ...ENV, ONE: '1' } });
    expect(await ended).toEqual({ kind: 'exited', exitCode: 0 });
    expect(written.stdout).toContain('ONE=1\n');
    expect(written.stdout).not.toContain('HOME=');
    expect(written.stderr).toBe('/usr\n');
  });

  it('is the leader of its own process group', async () => {
    const { ended, written } = shell('echo $$; ps -o pgid= -p $$');
    await ended;
    const [pid, group] = written.stdout.trim().split(/\s+/);
    expect(group).toBe(pid);
  });

  it.each([
    [{ file: 'no-such-interpreter' }, 'could not start no-such-interpreter: '],
    [{ file: '/etc/passwd' }, 'could not start /etc/passwd: '],
    [{ env: { BROKEN: 'a\0b' } }, 'could not start sh: '],
  ])('says why it could not start: %j', async (extra, message) => {
    const end = await shell('exit 0', extra).ended;
    expect(end).toMatchObject({ kind: 'not-started', message: expect.stringContaining(message) });
  });

  it('ends the script and its children at the time limit', async () => {
    const { ended, firstLine } = shell('sleep 300 & echo $!; sleep 300', { timeoutMs: 1_000 });
    const child = Number(await firstLine);
    expect(isRunning(child)).toBe(true);
    expect(await ended).toEqual({ kind: 'timed-out', exitCode: 143 });
    expect(isRunning(child)).toBe(false);
  });

  it('kills a process that ignores SIGTERM', async () => {
    const text = `trap '' TERM; sh -c 'trap "" TERM; echo $$; while :; do sleep 1; done' & wait; while :; do sleep 1; done`;
    const { ended, firstLine } = shell(text, { timeoutMs: 1_000 });
    const child = Number(await firstLine);
    expect(await ended).toEqual({ kind: 'timed-out', exitCode: 137 });
    expect(isRunning(child)).toBe(false);
  });

  it('lets a script clean up when it is cancelled', async () => {
    const cancel = new AbortController();
    const text = `trap 'echo cleaned; exit 3' TERM; echo ready; while :; do sleep 0.05; done`;
    const { ended, firstLine, written } = shell(text, { signal: cancel.signal });
    await firstLine;
    cancel.abort();
    expect(await ended).toEqual({ kind: 'cancelled', exitCode: 3 });
    expect(written.stdout).toBe('ready\ncleaned\n');
  });

  it('starts nothing once cancelled', async () => {
    const { ended, written } = shell('echo started', { signal: AbortSignal.abort() });
    expect(await ended).toEqual({ kind: 'cancelled', exitCode: 143 });
    expect(written.stdout).toBe('');
  });

  it('is not held by a daemon that keeps its output open, and ends it', async () => {
    const { ended, firstLine } = shell('sleep 300 & echo $!');
    const daemon = Number(await firstLine);
    expect(await ended).toEqual({ kind: 'exited', exitCode: 0 });
    expect(isRunning(daemon)).toBe(false);
  });

  it('also ends a daemon that has closed its output', async () => {
    const { ended, firstLine } = shell('sleep 300 > /dev/null 2>&1 & echo $!');
    const daemon = Number(await firstLine);
    expect(await ended).toEqual({ kind: 'exited', exitCode: 0 });
    expect(isRunning(daemon)).toBe(false);
  });

  it('does not wait for a daemon in its own session, and ends it', async () => {
    const { ended, firstLine } = shell("pid=$(setsid sh -c 'echo $$; exec sleep 300 >&2' &); echo $pid");
    const daemon = Number(await firstLine);
    expect(await ended).toEqual({ kind: 'exited', exitCode: 0 });
    expect(isRunning(daemon)).toBe(false);
  });

  it('waits for output that children write shortly after the script', async () => {
    const { ended, written } = shell('(while kill -0 $$; do :; done 2> /dev/null; echo late) & exit 0');
    await ended;
    expect(written.stdout).toBe('late\n');
  });
});
