import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { findNode20 } from '../support/node20.ts';
import { CLI } from '../support/run-maand.ts';
import { startFarm } from '../support/ssh-farm.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { TestBucket } from '../support/test-bucket.ts';

const run = promisify(execFile);

describe('dist/ alone', () => {
  it.each([
    ['Node 20', findNode20],
    ['Node 24', () => Promise.resolve(process.execPath)],
  ])('deploys with a hook on %s, in an empty folder and below a commonjs package', async (_what, findNode) => {
    const node = await findNode();
    await using farm = await startFarm({ workers: 2 });
    const place = await temporaryFolder();
    await mkdir(join(place, 'nested'));
    await writeFile(join(place, 'nested/package.json'), '{ "type": "commonjs" }');
    for (const folder of [join(place, 'dist'), join(place, 'nested/dist')]) {
      await cp(dirname(CLI), folder, { recursive: true });
      const bucket = await TestBucket.create(farm);
      await bucket.addJob(
        'web',
        { version: '1.0.0', selectors: ['worker'], hooks: { hook_a: { executed_on: ['pre_deploy'] } } },
        {
          '_hooks/hook_a.py':
            'import maand\nmaand.kv.put("greeting", "hello")\nmaand.kv.put_secret("password", "s3cret-value")\n',
          'settings.conf.tpl': '{{ get "vars/job/web" "greeting" }} {{ getSecret "password" }}\n',
        },
      );
      const done = await bucket.maand(['deploy', '--build', '--json'], { node, cli: join(folder, 'cli.js') });
      expect(done, done.stderr).toMatchObject({
        status: 0,
        json: { ok: true, jobs: [{ job: 'web', outcome: 'deployed' }] },
      });
      const [worker] = farm.workers;
      const settings = worker && join(await bucket.folderOn(worker), 'jobs/web/settings.conf');
      expect(await readFile(settings ?? '', 'utf8')).toBe('hello s3cret-value\n');
      expect(await readFile(join(bucket.dir, 'data/state.json'), 'utf8')).not.toContain('s3cret-value');
      expect(await readdir(join(bucket.dir, 'tmp'))).toEqual([]);
    }
  });
});

describe('the check of the state in dist/, which is compiled when the bundle is made', () => {
  const fixture = (name: string) => readFile(join(import.meta.dirname, '../fixtures/state', name), 'utf8');
  const stored = async (change: object) => ({ ...JSON.parse(await fixture('format-1.json')), ...change });

  async function exported(change: object): Promise<{ readonly status: unknown; readonly output: string }> {
    const dir = await temporaryFolder();
    await run(process.execPath, [CLI, 'init', dir]);
    const conf = await readFile(join(dir, 'maand.conf'), 'utf8');
    await writeFile(join(dir, 'maand.conf'), conf.replace(/state_name = .*/, 'state_name = "shop"'));
    await writeFile(join(dir, 'secrets/state.key'), await fixture('format-1.key'));
    await writeFile(join(dir, 'data/state.json'), JSON.stringify(await stored(change)));
    return run(process.execPath, [CLI, '--bucket', dir, 'state', 'export']).then(
      ({ stdout }) => ({ status: 0, output: stdout }),
      ({ code, stderr }) => ({ status: code, output: stderr }),
    );
  }

  it('passes a document of format 1, which leaves as it came', async () => {
    const { status, output } = await exported({});
    expect(status, output).toBe(0);
    expect(output).toBe(await fixture('format-1.json'));
  });

  it('names the damaged value and the expected one', async () => {
    const { status, output } = await exported({ serial: 'x' });
    expect(output).toContain('it is damaged: serial must be an integer [state-damaged]');
    expect(status).toBe(3);
  });
});
