/**
 * Tests the errors that stop a command because of a state in a file. Each error shows a code and the section of the documents
 * with the solution.
 */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SECTIONS, type StopCode } from '../../src/state/stop.ts';
import { runAction } from '../support/action-runner.ts';
import { ROOT } from '../support/documents.ts';
import { runMaand } from '../support/run-maand.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** Returns a bucket that was built once, so that a previous document exists. It has no worker, so nothing is deployed. */
async function builtBucket(): Promise<string> {
  const dir = join(await temporaryFolder(), 'bucket');
  for (const args of [
    ['init', dir],
    ['--bucket', dir, 'build'],
  ])
    expect(await runMaand(args)).toMatchObject({ status: 0 });
  return dir;
}

const another = '0123456789abcdeffedcba98765432100011223344556677889900aabbccddee\n';
const newer = JSON.stringify({ format: 3 });

interface Trouble {
  readonly code: StopCode;
  readonly status: number;
  readonly make: (dir: string) => Promise<unknown>;
  readonly args?: readonly string[];
}

const TROUBLES: readonly Trouble[] = [
  { code: 'state-missing', status: 2, make: (dir) => rm(join(dir, 'data'), { recursive: true }) },
  { code: 'state-gone', status: 3, make: (dir) => rm(join(dir, 'data/state.json')) },
  { code: 'state-damaged', status: 3, make: (dir) => writeFile(join(dir, 'data/state.json'), '{') },
  { code: 'state-newer', status: 3, make: (dir) => writeFile(join(dir, 'data/state.json'), newer) },
  { code: 'state-locked', status: 3, make: (dir) => writeFile(join(dir, 'data/state.lock'), 'no lock') },
  { code: 'state-key', status: 2, make: (dir) => rm(join(dir, 'secrets/state.key')) },
  { code: 'state-key', status: 2, make: (dir) => writeFile(join(dir, 'secrets/state.key'), 'short\n') },
  { code: 'state-other-key', status: 3, make: (dir) => writeFile(join(dir, 'secrets/state.key'), another) },
  {
    code: 'state-other-name',
    status: 3,
    make: async (dir) => {
      const path = join(dir, 'maand.conf');
      await writeFile(path, (await readFile(path, 'utf8')).replace(/state_name = .*/, 'state_name = "other"'));
    },
  },
  {
    code: 'plan-changed',
    status: 3,
    make: async () => {},
    args: ['deploy', '--build', '--plan-digest', `sha256:${'0'.repeat(64)}`],
  },
  { code: 'state-command', status: 2, make: async () => {}, args: ['state', 'unlock'] },
];

describe('a stop', () => {
  it.each(TROUBLES)(
    '$code is told with its section (exit code $status)',
    async ({ code, status, make, args = ['build'] }) => {
      const dir = await builtBucket();
      await make(dir);
      const run = await runMaand(['--bucket', dir, ...args]);
      expect(run.status, run.stderr).toBe(status);
      expect(run.stderr).toContain(`[${code}]\n`);
      expect(run.stderr).toMatch(/\n {4}hint: \S/);
      expect(run.stderr.endsWith(`\n    see:  ${SECTIONS[code]}\n`), run.stderr).toBe(true);
      const { json } = await runMaand(['--bucket', dir, '--json', ...args]);
      expect(json).toMatchObject({ ok: false, exit_code: status, code, see: SECTIONS[code], hint: expect.any(String) });
    },
  );

  it('is part of the output of `state show` and `doctor`', async () => {
    const dir = await builtBucket();
    await writeFile(join(dir, 'data/state.json'), '{');
    const { stdout, status } = await runMaand(['--bucket', dir, 'state', 'show']);
    expect(status).toBe(3);
    expect(stdout).toMatch(/what to do: .*; see docs\/state\.md#state-damaged\n/);
    const shown = await runMaand(['--bucket', dir, '--json', 'state', 'show']);
    expect(shown.json).toMatchObject({ code: 'state-damaged', see: 'docs/state.md#state-damaged' });
    const looked = await runMaand(['--bucket', dir, 'doctor']);
    expect(looked.stdout).toContain('see docs/state.md#state-damaged');
  });

  it('of a newer version is not mended away by an operator', async () => {
    const dir = await builtBucket();
    const path = join(dir, 'data/state.json');
    await writeFile(path, newer);
    const run = await runMaand(['--bucket', dir, '--json', 'state', 'recover', '--reason', 'why not']);
    expect(run).toMatchObject({ status: 3, json: { code: 'state-newer' } });
    expect(await readFile(path, 'utf8')).toBe(newer);
  });
});

describe('in the action a stop', () => {
  async function keyless(env: Readonly<Record<string, string>>) {
    const workspaceDir = await temporaryFolder();
    await mkdir(join(workspaceDir, 'workspace'));
    await writeFile(join(workspaceDir, 'maand.conf'), '');
    await writeFile(join(workspaceDir, 'workspace/workers.json'), '[]');
    return runAction({ actionDir: ROOT, workspaceDir, inputs: { command: 'deploy' }, env });
  }

  it('links to the page in the repository of the action', async () => {
    const run = await keyless({ GITHUB_ACTION_REPOSITORY: 'octo/tool', GITHUB_ACTION_REF: 'v1' });
    const url = 'https://github.invalid/octo/tool/blob/v1/docs/state.md#state-key';
    expect(run.exitCode).toBe(2);
    expect(run.log.annotations('error').at(-1)?.value).toMatch(/ \[state-key\] \(.+; see \S+\)$/);
    expect(run.log.annotations('error').at(-1)?.value).toContain(`; see ${url})`);
    expect(run.summary).toContain(`See [docs/state.md#state-key](${url})`);
  });

  it('names the page when the action is in the repository of the workflow', async () => {
    const run = await keyless({});
    expect(run.log.annotations('error').at(-1)?.value).toContain('; see docs/state.md#state-key)');
    expect(run.summary).toContain('See `docs/state.md#state-key`');
  });
});
