import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findNode20 } from '../support/node20.ts';
import { startFarm } from '../support/ssh-farm.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { CLI, TestBucket } from '../support/test-bucket.ts';

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
      const run = await bucket.maand(['deploy', '--build', '--json'], { node, cli: join(folder, 'cli.js') });
      expect(run, run.stderr).toMatchObject({
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
