import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const CLI = join(import.meta.dirname, '../../fixtures/faces/cli.ts');

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function start(script: string, argv: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, [CLI, ...argv], { env: { ...process.env, ...env, SCRIPT: script } });
  const ended: { stdout: string; stderr: string } = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      ended[name] += text;
    });
  }
  const end = new Promise<Ended>((resolve) => child.on('close', (status) => resolve({ status, ...ended })));
  return { child, end };
}

const run = (script: string, ...argv: string[]) => start(script, argv).end;

/** Resolves when standard error contains `text`. */
function hears(child: ChildProcess, text: string): Promise<void> {
  let seen = '';
  return new Promise((resolve) => {
    child.stderr?.on('data', (chunk: string) => {
      seen += chunk;
      if (seen.includes(text)) resolve();
    });
  });
}

describe('the command line', () => {
  it('writes only the result to standard output', async () => {
    const { status, stdout, stderr } = await run('story', 'deploy');
    expect(status).toBe(1);
    expect(stdout).toMatch(/^deploy failed:\njob api: /);
    expect(stderr).toContain('api@10.0.0.1 | migrating\n');
    expect(stdout).not.toContain('migrating');
    expect(stderr).not.toContain('\u001b');
  });

  it('prints one JSON document with --json, whatever happens', async () => {
    expect(JSON.parse((await run('story', 'deploy', '--json')).stdout)).toMatchObject({ ok: false });
    const wrong = await run('done', 'depoly', '--json');
    expect(wrong).toMatchObject({ status: 2, stderr: expect.stringContaining('did you mean "deploy"?') });
    expect(JSON.parse(wrong.stdout)).toMatchObject({ ok: false, exit_code: 2, error: 'unknown command "depoly"' });
    const broken = await run('broken off', 'deploy', '--json');
    expect(broken.status).toBe(3);
    expect(JSON.parse(broken.stdout)).toMatchObject({
      ok: false,
      exit_code: 3,
      error: 'the state could not be saved',
      update_seq: null,
      jobs: [{ job: 'api', outcome: 'failed' }, { outcome: 'cancelled' }, { outcome: 'cancelled' }],
    });
  });

  it('calls a bug a bug, without its stack', async () => {
    const bug = await run('bug', 'deploy');
    expect(bug).toMatchObject({ status: 1, stdout: '' });
    expect(bug.stderr).toContain('error: unexpected error: x is not a function\n    hint: ');
    expect(bug.stderr).not.toContain('    at ');
    expect((await run('bug', 'deploy', '--verbose')).stderr).toContain('    at ');
  });

  it('writes structured lines', async () => {
    const { stderr } = await run('story', 'deploy', '--log-format', 'json');
    const lines = stderr
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toContainEqual(expect.objectContaining({ stream: 'stderr', msg: 'cannot bind', job: 'api' }));
  });

  it('hides secrets from its children', async () => {
    const secrets = { MAAND_STATE_KEY: 'seal-seal-seal', MAAND_SSH_PRIVATE_KEY: 'key-key-key' };
    const { end } = start('children', ['deploy', '--json'], secrets);
    const names = (JSON.parse((await end).stdout) as string[]).map((line) => line.split('=')[0]);
    expect(names).toContain('PATH');
    expect(names.filter((name) => name?.startsWith('MAAND_'))).toEqual([]);
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('ends with its code when %s cancels it', async (signal, status) => {
    const { child, end } = start('waits', ['deploy']);
    await hears(child, 'waiting');
    child.kill(signal);
    const ended = await end;
    expect(ended.status).toBe(status);
    expect(ended.stderr).toContain(`${signal}: ending what is under way; once more to leave at once`);
    expect(ended.stdout).toContain('job api: cancelled');
  });

  it('leaves at once at the second signal', async () => {
    const { child, end } = start('does not listen', ['deploy']);
    await hears(child, 'waiting');
    const ignored = hears(child, 'ignored');
    child.kill('SIGINT');
    await ignored;
    const again = setInterval(() => child.kill('SIGTERM'), 50); // the program ignores signals shortly after the first one
    expect((await end).status).toBe(143);
    clearInterval(again);
  });

  it('prints no error when the reader has closed the pipe', async () => {
    const { child, end } = start('waits', ['deploy', '--json']);
    await hears(child, 'waiting');
    child.stdout.destroy();
    child.kill('SIGINT');
    const ended = await end;
    expect(ended.status).toBe(130);
    expect(ended.stderr).not.toContain('EPIPE');
  });

  it('never loads code that only the action needs', async () => {
    const { stderr } = await start('done', ['deploy'], { NODE_DEBUG: 'esm' }).end;
    expect(stderr).toContain('src/cli/run-cli.ts');
    expect(stderr).not.toContain('@actions');
  });

  it.each([
    [['--version'], /^maand \S+\n$/],
    [['--help'], /^Deploys the jobs/],
    [['deploy', '--help'], /^Usage: maand deploy/],
  ])('answers %j on standard output', async (argv, text) => {
    expect(await run('done', ...argv)).toMatchObject({ status: 0, stdout: expect.stringMatching(text), stderr: '' });
  });
});
