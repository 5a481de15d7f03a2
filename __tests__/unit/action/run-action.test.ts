import { access, copyFile, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { outputNames } from '../../../src/action/outputs.ts';
import { runAction } from '../../support/action-runner.ts';
import { HOSTILE } from '../../support/scripted-run.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const ROOT = join(import.meta.dirname, '../../..');
const FIXTURE = join(ROOT, '__tests__/fixtures/faces/action');
const KEYED = { 'state-key': '0123456789abcdef0123456789abcdef', state: 'file:/nowhere' };

/** A folder with the real `action.yml` and a scripted core. */
let actionDir: string;
let workspaceDir: string;
beforeAll(async () => {
  actionDir = await temporaryFolder();
  workspaceDir = await temporaryFolder();
  await copyFile(join(ROOT, 'action.yml'), join(actionDir, 'action.yml'));
  await mkdir(join(actionDir, 'dist'));
  await writeFile(join(actionDir, 'package.json'), '{ "type": "module" }');
  for (const [built, source] of [
    ['index', 'main.ts'],
    ['post', 'post.ts'],
  ] as const) {
    await writeFile(join(actionDir, `dist/${built}.js`), `await import(${JSON.stringify(join(FIXTURE, source))});`);
  }
});

const run = (script: string, inputs: Record<string, string> = {}, more: object = {}) =>
  runAction({ actionDir, workspaceDir, inputs: { ...KEYED, ...inputs }, env: { SCRIPT: script }, ...more });

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

describe('the action', () => {
  it('sets every output, leaves files to later steps, and nothing after post', async () => {
    let result: unknown;
    let plan: unknown;
    const modes: number[] = [];
    const ended = await run(
      'story',
      {},
      {
        laterSteps: async ({ outputs }: { outputs: Record<string, string> }) => {
          result = JSON.parse(await readFile(outputs.result as string, 'utf8'));
          plan = JSON.parse(await readFile(outputs['plan-file'] as string, 'utf8'));
          for (const path of [outputs.result as string, dirname(outputs.result as string)]) {
            modes.push((await stat(path)).mode & 0o777);
          }
        },
      },
    );
    expect(Object.keys(ended.outputs)).toEqual(outputNames());
    expect(ended.outputs).toMatchObject({
      changed: 'true',
      'failed-jobs': '["api"]',
      'deployed-jobs': '[]',
      'update-seq': '4',
      'plan-digest': 'sha256:00',
      plan: '{"waves":[]}',
      'bucket-id': '',
    });
    expect(dirname(ended.outputs.result as string)).toMatch(/\/maand-results-[^/]+$/);
    expect(result).toEqual({ ok: false, password: 'correct-horse-battery' });
    expect(plan).toEqual({ waves: [] });
    expect(modes).toEqual([0o600, 0o700]);
    expect(ended).toMatchObject({ leftBehind: [], summary: '## maand deploy: failed\n\n', post: { exitCode: 0 } });
  });

  it('fails with the reason, and with the exit code of the contract', async () => {
    const ended = await run('story');
    expect(ended.exitCode).toBe(1);
    expect(ended.log.annotations('error').map(({ value }) => value)).toEqual([
      expect.stringMatching(/^deploy failed:\njob api: restart updated allocations/),
    ]);
  });

  it('groups output by phase and worker, and does not fold failures', async () => {
    const { log } = await run('story');
    expect(log.groups).toEqual([
      { title: 'api@10.0.0.1: hook hook_migrate (pre_deploy) ok after 1.2s', lines: ['| migrating'] },
      { title: 'api@10.0.0.1: restart ok after 2.1s', lines: ['| stopping', '! port is slow'] },
    ]);
    expect(log.text).toContain(
      [
        'api@10.0.0.2: restart failed (exit 2) after 900ms',
        '! cannot bind',
        'api: failed: restart updated allocations: worker 10.0.0.2: make restart failed (exit 2): cannot bind',
        'docs: skipped (already promoted on all allocations)',
      ].join('\n'),
    );
    expect(log.lines.filter((line) => line.includes('restart ok'))).toEqual([]);
  });

  it('takes no foreign line for a command', async () => {
    const ended = await run('hostile');
    expect(ended.exitCode).toBe(0);
    const commands = ended.log.commands.map(({ name }) => name).filter((name) => name !== 'add-mask');
    expect(commands).toEqual(['group', 'endgroup']);
    expect(ended.log.commands.filter(({ value }) => value === 'done')).toEqual([]);
    for (const text of ['set-output name=x::y', 'add-mask::done', 'error]b', 'stop-commands::t']) {
      expect(ended.log.lines.filter((line) => line.includes(text)).length).toBeGreaterThanOrEqual(3);
    }
    expect(HOSTILE).toHaveLength(5);
    const structured = await run('hostile', { 'log-format': 'json' });
    expect(structured.log.commands.map(({ name }) => name).filter((name) => name !== 'add-mask')).toEqual([]);
    const lines = structured.log.lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
    expect(lines.map(({ msg }) => msg)).toContain('a ##[error]b');
  });

  it('masks every secret in the log, the summary and the files', async () => {
    let result = '';
    const ended = await run(
      'secrets',
      { 'ssh-passphrase': 'open sesame' },
      {
        laterSteps: async ({ outputs }: { outputs: Record<string, string> }) => {
          result = await readFile(outputs.result as string, 'utf8');
        },
      },
    );
    const masks = ended.log.annotations('add-mask').map(({ value }) => value);
    expect(masks).toEqual(
      expect.arrayContaining([
        KEYED['state-key'],
        'open sesame',
        'open%20sesame',
        Buffer.from('open sesame').toString('base64'),
        'correct-horse-battery',
        'second line of it',
      ]),
    );
    expect(ended.log.text + ended.summary + result).not.toContain('correct-horse-battery');
    expect(JSON.parse(result)).toEqual({ password: '***' });
  });

  it('hides its secrets from children', async () => {
    let names: string[] = [];
    await run(
      'children',
      { 'ssh-private-key': 'the key' },
      {
        laterSteps: async ({ outputs }: { outputs: Record<string, string> }) => {
          const lines: string[] = JSON.parse(await readFile(outputs.result as string, 'utf8'));
          names = lines.map((line) => line.split('=')[0] as string);
        },
      },
    );
    expect(names).toContain('INPUT_COMMAND');
    expect(names.filter((name) => /SSH-PRIVATE-KEY|STATE-KEY|PASSPHRASE|TOKEN$/.test(name))).toEqual([]);
  });

  it('annotates files, errors first, ten of a kind, and counts the rest', async () => {
    const ended = await run('findings');
    expect(ended.exitCode).toBe(2);
    const errors = ended.log.annotations('error');
    expect(errors).toHaveLength(10);
    expect(errors[0]).toEqual({
      name: 'error',
      properties: { title: 'ErrInvalidManifest', file: 'a/manifest.json', line: '1', col: '3' },
      value: 'finding 1',
    });
    expect(errors.at(-1)?.value).toBe('the workspace has 15 errors');
    expect(ended.log.annotations('warning')).toHaveLength(10);
    expect(ended.log.annotations('notice').map(({ value }) => value)).toEqual([
      '6 more errors and 2 more warnings are in the log and in the job summary',
    ]);
    expect(ended.log.lines).toContain('a/manifest.json:15:3: error: finding 15');
    expect(ended.summary).toContain('| error | a/manifest.json:15:3 | finding 15 |');
  });

  it('ends with the result even when it broke off half-way', async () => {
    let result: unknown;
    const ended = await run(
      'broken off',
      {},
      {
        laterSteps: async ({ outputs }: { outputs: Record<string, string> }) => {
          result = JSON.parse(await readFile(outputs.result as string, 'utf8'));
        },
      },
    );
    expect(ended.exitCode).toBe(3);
    expect(result).toMatchObject({
      ok: false,
      exit_code: 3,
      error: 'the state could not be saved',
      jobs: [{ job: 'api' }, {}, {}],
    });
    expect(ended.outputs).toMatchObject({ changed: 'true', 'failed-jobs': '["api","docs","web"]', waves: '[0,2]' });
    expect(ended.summary).toContain('## maand deploy: failed');
    expect(ended.summary).toContain('- the state could not be saved');
    expect(ended.log.annotations('error').at(-1)?.value).toBe('the state could not be saved (look at the disk)');
  });

  it('refuses wrong inputs with every output set and a summary', async () => {
    const ended = await run('done', { force: 'perhaps', labels: 'x' });
    expect(ended.exitCode).toBe(2);
    expect(ended.outputs).toMatchObject({ changed: 'false', 'deployed-jobs': '[]', waves: '[]' });
    expect(ended.log.annotations('error').map(({ value }) => value)).toEqual([
      'input labels cannot be used with deploy (only with run_command)\ninput force must be true or false (got "perhaps")',
    ]);
    expect(ended.summary).toContain('input labels cannot be used with deploy');
  });

  it('calls a bug a bug, with its stack only when asked', async () => {
    const ended = await run('bug');
    expect(ended.exitCode).toBe(1);
    expect(ended.log.annotations('error')[0]?.value).toMatch(
      /^unexpected error: x is not a function \(.*open an issue/,
    );
    expect(ended.log.raw).not.toContain('    at ');
    expect((await run('bug', { verbose: 'true' })).log.raw).toContain('    at ');
  });

  it('is cancelled as GitHub cancels', async () => {
    const ended = await run(
      'waits',
      {},
      { cancelWhen: (log: { until: (text: string) => Promise<void> }) => log.until('waiting') },
    );
    expect(ended.exitCode).toBe(1);
    expect(ended.log.annotations('error').at(-1)?.value).toBe('deploy failed:\njob api: cancelled');
    expect(ended).toMatchObject({ leftBehind: [], post: { exitCode: 0 } });
  });

  it('cleans up in post even when main was killed', async () => {
    let left = false;
    const ended = await run(
      'is killed',
      {},
      {
        laterSteps: async ({ state }: { state: Record<string, string> }) => {
          left = await exists(JSON.parse(state.folders as string)[0]);
        },
      },
    );
    expect([ended.exitCode, left]).toEqual([137, true]);
    expect(ended.leftBehind).toEqual([]);
  });

  it('removes nothing that is not its own', async () => {
    const precious = join(workspaceDir, 'maand-precious');
    await mkdir(precious);
    const folders = JSON.stringify([precious, '/', '/tmp', '../maand-x', 7]);
    const ended = await run('done', {}, { env: { SCRIPT: 'done', STATE_folders: folders } });
    expect(ended.post?.exitCode).toBe(0);
    expect(await exists(precious)).toBe(true);
  });

  it('works on a runner without summaries', async () => {
    const ended = await run('done', {}, { env: { SCRIPT: 'done', GITHUB_STEP_SUMMARY: '' } });
    expect(ended.exitCode).toBe(0);
    expect(ended.log.annotations('warning')).toEqual([]);
  });

  it('hands the core the workspace and itself', async () => {
    let result: Record<string, unknown> = {};
    await run(
      'request',
      { command: 'build' },
      {
        laterSteps: async ({ outputs }: { outputs: Record<string, string> }) => {
          result = JSON.parse(await readFile(outputs.result as string, 'utf8'));
        },
      },
    );
    expect(result).toMatchObject({ disk: 'lost', workingDirectory: workspaceDir, request: { command: 'build' } });
  });
});
