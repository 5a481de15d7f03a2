/** Copies the workspaces of examples/ and builds them with the bundle, as a user does who starts from an example. */
import { cp, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type MaandRun, runMaand } from '../support/run-maand.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const EXAMPLES = join(import.meta.dirname, '../../examples');

interface Finding {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

async function start(example: string) {
  const dir = join(await temporaryFolder(), example);
  await cp(join(EXAMPLES, example), dir, { recursive: true });
  const maand = (...args: readonly string[]): Promise<MaandRun> => runMaand(['--bucket', dir, ...args]);
  expect(await maand('init')).toMatchObject({ status: 0 });
  return { dir, maand };
}

const where = ({ file, line, column }: Finding): string => `${file}:${line}:${column}`;

describe('every example', () => {
  it('is listed in this test, and has a README and host keys to fill in', async () => {
    const entries = await readdir(EXAMPLES, { withFileTypes: true });
    const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    expect(folders.sort()).toEqual(['cluster', 'database-and-api', 'older-words', 'one-service']);
    const index = await readFile(join(EXAMPLES, 'README.md'), 'utf8');
    for (const { name } of entries.filter(({ name }) => name !== 'README.md')) expect(index).toContain(`(${name}`);
    for (const folder of folders) {
      expect(await readFile(join(EXAMPLES, folder, 'README.md'), 'utf8')).toMatch(/^# .+\n/);
      expect(await readFile(join(EXAMPLES, folder, '.gitignore'), 'utf8')).toContain('secrets/');
    }
  });
});

describe('examples', () => {
  it.each([
    ['one-service', [['web']], { web_port: 8080 }],
    ['database-and-api', [['database'], ['api']], { database_port: 5432, api_port: 30_000 }],
  ])('%s builds without a warning', async (example, waves, ports) => {
    const { maand } = await start(example);
    const built = await maand('build', '--json');
    expect(built).toMatchObject({ status: 0, stderr: '', json: { ok: true, errors: [], warnings: [], waves } });
    const assigned = built.json.jobs.map((job: { readonly ports: object }) => job.ports);
    expect(Object.assign({}, ...assigned)).toEqual(ports);
  });

  it('cluster builds with its certificates, three members in one wave', async () => {
    const { maand } = await start('cluster');
    const built = await maand('build', '--json');
    expect(built).toMatchObject({
      status: 0,
      json: {
        warnings: [],
        waves: [['etcd']],
        jobs: [{ job: 'etcd', workers: ['192.0.2.31', '192.0.2.32', '192.0.2.33'], hooks: ['hook_leader_last'] }],
      },
    });
    const certificates = (await maand('cat', 'certs', '--json')).json as readonly { worker: string; status: string }[];
    expect(certificates.map(({ worker, status }) => `${worker} ${status}`)).toEqual([
      ' ok',
      '192.0.2.31 ok',
      '192.0.2.32 ok',
      '192.0.2.33 ok',
    ]);
  });

  it('older-words causes a warning for every older word, and no warning after --fix', async () => {
    const { dir, maand } = await start('older-words');
    const before = await maand('build', '--check', '--json');
    expect(before).toMatchObject({ status: 0, json: { errors: [], waves: [['queue'], ['consumer']] } });
    const words = before.json.warnings as readonly Finding[];
    expect(words.map(where)).toEqual([
      'workspace/bucket.conf:2:1',
      'workspace/bucket.conf:3:1',
      'workspace/bucket.jobs.conf:2:1',
      'workspace/bucket.jobs.conf:3:1',
      ...['', '/command_backlog.py'].map((file) => `workspace/jobs/consumer/_modules${file}:1:1`),
      'workspace/jobs/consumer/consumer.env.tpl:1:65',
      ...['4:3', '5:3', '6:3', '7:5', '8:23', '9:7', '9:39'].map((at) => `workspace/jobs/consumer/manifest.json:${at}`),
      ...['', '/command_ping.py'].map((file) => `workspace/jobs/queue/_modules${file}:1:1`),
      ...['5:3', '6:5', '6:54', '6:76'].map((at) => `workspace/jobs/queue/manifest.json:${at}`),
    ]);
    expect(words.filter(({ message }) => !/is an older (word|name) for|can be left out/.test(message))).toEqual([]);

    const fixed = await maand('build', '--check', '--fix', '--json');
    expect(fixed.json.fixed.map(where)).toEqual(words.map(where));
    const { fixed: _fixed, ...after } = fixed.json;
    const today = JSON.parse(JSON.stringify(before.json).replaceAll('command_', 'hook_'));
    expect(after).toEqual({ ...today, warnings: [] });
    expect(await readFile(join(dir, 'workspace/bucket.jobs.conf'), 'utf8')).toBe(
      `[queue]\nmemory = "256 MB" # maxmemory of redis is half of this\ncpu = "500 MHZ"\n`,
    );

    const again = await maand('build', '--fix');
    expect(again).toMatchObject({
      status: 0,
      stderr: '',
      stdout: expect.stringMatching(/^no older words to rewrite\n2 jobs/),
    });
  });
});

describe('build --fix', () => {
  it('reports its changes even when the build fails, and changes nothing when a file cannot be read', async () => {
    const { dir, maand } = await start('older-words');
    const failing = await runMaand(['--bucket', dir, 'build', '--fix'], { env: { MAAND_STATE_KEY: 'not a key' } });
    expect(failing.status).not.toBe(0);
    expect(failing.stderr).toContain('before that, --fix changed the workspace:');
    expect(failing.stderr).toContain('workspace/jobs/queue/manifest.json:5:3: rewritten: commands -> hooks');

    const broken = await start('older-words');
    await cp(join(EXAMPLES, 'README.md'), join(broken.dir, 'workspace/workers.staging.json'));
    const refused = await broken.maand('build', '--check', '--fix');
    expect(refused).toMatchObject({ status: 2, stdout: '' });
    expect(refused.stderr).toContain('workspace/workers.staging.json:1:1: error: invalid worker.json');
    expect(refused.stderr).toContain('nothing was changed');
    expect(await readFile(join(broken.dir, 'workspace/bucket.conf'), 'utf8')).toContain('port_min');
    expect(await maand('build', '--check')).toMatchObject({ status: 0, stderr: '' });
  });
});
