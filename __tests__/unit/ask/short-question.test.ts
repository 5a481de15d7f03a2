/** Tests questions to real programs: their output, and that no process is left after a question. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { type Answer, ask, type Question } from '../../../src/ask/short-question.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const run = promisify(execFile);
const LARGEST_BYTES = 1024 * 1024;
const PATIENT_MS = 30_000;

function shell(script: string, more: Partial<Question> = {}): Promise<Answer> {
  const { signal } = new AbortController();
  const env = { PATH: process.env.PATH ?? '' };
  return ask({ program: 'sh', args: ['-c', script], env, limitMs: PATIENT_MS, signal, ...more });
}

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/** Returns the process id that a program writes to a file as a complete line. */
function pidIn(file: string): Promise<number> {
  const read = async (): Promise<string> => readFile(file, 'utf8').catch(() => '');
  return expect
    .poll(read, { timeout: PATIENT_MS })
    .toMatch(/\n$/)
    .then(async () => Number(await read()));
}

describe('ask', () => {
  it.each([
    ['echo one; echo two >&2; echo three', { kind: 'answered', exitCode: 0, text: 'one\nthree\n' }],
    ['printf "a b"; exit 3', { kind: 'answered', exitCode: 3, text: 'a b' }],
    ['printf "%s" "$SECRET$HOME"', { kind: 'answered', exitCode: 0, text: '' }],
    [String.raw`printf 'a\0\303\274'`, { kind: 'answered', exitCode: 0, text: 'a\0ü' }],
  ])('collects what %j prints', async (script, answer) => {
    expect(await shell(script)).toEqual(answer);
  });

  it('passes on arguments unchanged', async () => {
    const args = ['-c', 'printf "%s|" "$@"', 'sh', 'a b', '"', "it's", '', '$HOME', '\\'];
    expect(await shell('', { args })).toMatchObject({ text: `a b|"|it's||$HOME|\\|` });
  });

  it('reports that a missing program was not run', async () => {
    expect(await shell('', { program: 'no-such-program' })).toEqual({ kind: 'none', reason: 'not-run' });
  });

  it('ends at its limit, even when the program continues', async () => {
    expect(await shell('exec sleep 1000', { limitMs: 50 })).toEqual({ kind: 'none', reason: 'too-slow' });
  });

  it('ends when the run ends, and the program ends, too', async () => {
    const file = join(await temporaryFolder(), 'pid');
    const run = new AbortController();
    const answer = shell(`echo $$ > ${file}; exec sleep 1000`, { signal: run.signal });
    const pid = await pidIn(file);
    expect(isAlive(pid)).toBe(true);
    run.abort();
    expect(await answer).toEqual({ kind: 'none', reason: 'aborted' });
    await expect.poll(() => isAlive(pid)).toBe(false);
  });

  it('starts no program in a cancelled run', async () => {
    const file = join(await temporaryFolder(), 'ran');
    expect(await shell(`touch ${file}`, { signal: AbortSignal.abort() })).toEqual({ kind: 'none', reason: 'aborted' });
    await expect(readFile(file)).rejects.toThrow('ENOENT');
  });

  it('ends a program that starts only after the limit', async () => {
    expect(await shell('exec sleep 1000', { limitMs: 0 })).toEqual({ kind: 'none', reason: 'too-slow' });
  });

  it('keeps the answers of concurrent questions separate', async () => {
    const slow = shell('exec sleep 1000', { limitMs: 50 });
    const others = Array.from({ length: 20 }, (_, at) => shell(`echo ${at}`));
    const neighbours = others.map(() => run('sh', ['-c', 'echo neighbour']));
    expect(await slow).toMatchObject({ reason: 'too-slow' });
    expect(await Promise.all(others)).toEqual(
      others.map((_, at) => ({ kind: 'answered', exitCode: 0, text: `${at}\n` })),
    );
    for (const { stdout } of await Promise.all(neighbours)) expect(stdout).toBe('neighbour\n');
  });

  it.each([
    ['lines', 'exec yes'],
    ['one line without an end', 'exec cat /dev/zero'],
  ])('reads no more than it may of a flood of %s, and ends it', async (_what, flood) => {
    const file = join(await temporaryFolder(), 'pid');
    const answer = await shell(`echo $$ > ${file}; ${flood}`);
    expect(answer.kind).toBe('cut');
    const { length } = 'text' in answer ? answer.text : '';
    expect(length).toBeGreaterThan(LARGEST_BYTES / 2);
    expect(length).toBeLessThan(LARGEST_BYTES + 128 * 1024);
    const pid = await pidIn(file);
    await expect.poll(() => isAlive(pid)).toBe(false);
  });

  it('includes a flood on stderr in the size limit', async () => {
    expect(await shell('echo seen; exec cat /dev/zero >&2')).toEqual({ kind: 'cut', text: 'seen\n' });
  });

  it('prints nothing, and does not delay the end of the process', async () => {
    const file = join(await temporaryFolder(), 'pid');
    const room = join(import.meta.dirname, '../../../src/ask/short-question.ts');
    const program = `
      import { existsSync } from 'node:fs';
      import { ask } from ${JSON.stringify(room)};
      const stop = new AbortController();
      const question = { program: 'sh', env: { PATH: process.env.PATH, SECRET: 's3cret' }, limitMs: ${PATIENT_MS} };
      const shell = (script) => ask({ ...question, args: ['-c', script], signal: stop.signal });
      const seen = await shell('echo "$SECRET"; echo error >&2');
      const held = shell('sleep 1000 & echo $! > ${file}.new; mv ${file}.new ${file}; wait');
      while (!existsSync(${JSON.stringify(file)})) await new Promise(setImmediate);
      stop.abort();
      process.stdout.write(JSON.stringify([seen, await held]));
    `;
    const env = { ...process.env, RUNNER_DEBUG: '1', ACTIONS_STEP_DEBUG: 'true' };
    const words = ['--no-warnings', '--input-type=module', '-e', program];
    const { stdout, stderr } = await run(process.execPath, words, { env, timeout: PATIENT_MS });
    const sleeper = Number(await readFile(file, 'utf8')); // this process still holds the other end of the pipe
    expect(process.kill(sleeper, 'SIGKILL')).toBe(true);
    const seen = { kind: 'answered', exitCode: 0, text: 's3cret\n' };
    expect(JSON.parse(stdout)).toEqual([seen, { kind: 'none', reason: 'aborted' }]);
    expect(stderr).toBe('');
  });
});
