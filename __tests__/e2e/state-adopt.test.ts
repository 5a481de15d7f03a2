import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSecretBox } from '../../src/kv/secrets.ts';
import { type Farm, startFarm } from '../support/ssh-farm.ts';
import { everywhere, freshBucket, ON_WORKERS, rootOn } from '../support/state-bucket.ts';

let farm: Farm;
beforeAll(async () => {
  farm = await startFarm({ workers: 3 });
});
afterAll(() => farm.stop());

describe('state adopt', () => {
  it.each([
    ['a file', []],
    ['workers', ON_WORKERS],
  ])(
    'takes over what is deployed when its state is lost: then there is nothing to do, and one change is one change (%s)',
    async (_where, place) => {
      const bucket = await freshBucket(farm);
      const blob = Buffer.from(Array.from({ length: 70_000 }, (_, at) => (at * 7) & 255)).toString('latin1');
      await bucket.addJob('web', everywhere, {
        'conf/a b.txt': 'x\n',
        'empty.txt': '',
        'blob.bin': blob,
        'deep/er/x.tpl': '{{ .BucketID }}\n',
      });
      await bucket.write('workspace/jobs/web/run.sh', '#!/bin/sh\n', 0o755);
      await mkdir(join(bucket.dir, 'workspace/jobs/web/spool/today'), { recursive: true });
      await bucket.addJob('cron', { version: '2.1.0', selectors: ['worker'] });
      await bucket.addJob('off', everywhere);
      await bucket.maand(['deploy', '--build']);
      await bucket.write('workspace/disabled.json', JSON.stringify({ jobs: { off: { allocations: [] } } }));
      const deployed = await bucket.maand(['deploy', '--build', '--json']);
      expect(deployed.status, deployed.stderr).toBe(0);
      const id = JSON.parse(await readFile(join(bucket.dir, 'data/state.json'), 'utf8')).bucketId;
      const again = await bucket.maand(['state', 'adopt']);
      expect(again).toMatchObject({ status: 3, stderr: expect.stringContaining('has a state already') });
      await rm(join(bucket.dir, 'data'), { recursive: true });
      if (place.length > 0) {
        expect(await bucket.maand(['build', ...place])).toMatchObject({
          status: 3,
          stderr: expect.stringContaining('maand state adopt'),
        });
      }
      await bucket.journal();
      const connections = await bucket.connections();
      const adopted = await bucket.maand(['state', 'adopt', '--json', ...place]);
      expect(adopted.status, adopted.stderr).toBe(0);
      expect(adopted.json).toMatchObject({ bucket_id: id, update_seq: 2 });
      expect(adopted.json.allocations).toHaveLength(9);
      expect(adopted.json.not_taken_over.join()).toContain('--import');
      expect(await bucket.connections()).toEqual(connections.map((count) => count + 1));
      const plan = await bucket.maand(['plan', '--json', ...place]);
      expect(
        plan.json.waves.flatMap(({ jobs }: { jobs: readonly { job: string; required: boolean }[] }) =>
          jobs.filter(({ required }) => required),
        ),
      ).toEqual([]);
      await bucket.write('workspace/jobs/cron/release.txt', '2\n');
      const done = await bucket.maand(['deploy', '--build', '--json', ...place]);
      expect(done.status, done.stderr).toBe(0);
      expect(done.json.jobs).toMatchObject([
        { job: 'cron', outcome: 'deployed' },
        { job: 'off', outcome: 'skipped' },
        { job: 'web', outcome: 'skipped' },
      ]);
      expect((await bucket.journal()).map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual(
        Array(3).fill('restart cron'),
      );
      expect(await readdir(await rootOn(bucket, 0))).toContain(id);
    },
    120_000,
  );

  it('takes over a fleet that the maand CLI has laid out, with its ports and its sealed secrets', async () => {
    const bucket = await freshBucket(farm, farm.workers.slice(0, 1));
    await bucket.addJob(
      'web',
      { ...everywhere, version: '3.1.0', resources: { ports: { web_port: {} } } },
      {
        'Makefile.tpl': 'start:\n\t@true\n',
        'c.tpl': '{{ get "maand/bucket" "web_port" }} {{ getSecret "password" }}\n',
      },
    );
    const id = '11111111-2222-4333-8444-555555555555';
    const root = join(await rootOn(bucket, 0), id);
    const lay = async (path: string, text: string) => {
      await mkdir(join(root, path, '..'), { recursive: true });
      await writeFile(join(root, path), text);
      await chmod(join(root, path), 0o755);
    };
    await lay(
      'worker.json',
      JSON.stringify({ bucket_id: id, worker_id: 'w-1', worker_ip: 'x', labels: [], update_seq: 17 }, null, 3),
    );
    await lay('jobs.json', JSON.stringify([{ job: 'web', disabled: 0 }]));
    await lay('bin/runner.py', '');
    await lay('jobs/web/manifest.json', JSON.stringify({ version: '3.1.0' }));
    await lay('jobs/web/Makefile', 'start:\n\t@true\n');
    await lay('jobs/web/release.txt', '1\n');
    await lay('jobs/web/c', '31007 s3cret-word\n');
    await lay('jobs/web/data/db', 'never read');
    await lay('jobs/web/__pycache__/x.pyc', '?');
    const kvKey = randomBytes(32);
    await writeFile(join(bucket.dir, 'secrets/kv.key'), kvKey);
    const imported = {
      ports: { web: { web_port: 31_007 } },
      kv: { 'secrets/job/web': { password: createSecretBox([kvKey]).seal('s3cret-word') } },
    };
    await bucket.write('import.json', JSON.stringify(imported));
    const adopted = await bucket.maand(['state', 'adopt', id, '--import', join(bucket.dir, 'import.json')]);
    expect(adopted.status, adopted.stderr).toBe(0);
    expect(adopted.stdout).toContain('the maand CLI makes every file executable');
    const plan = await bucket.maand(['plan', '--json']);
    expect(plan.json?.required, `${plan.stderr}${JSON.stringify(plan.json)}`).toBe(false);
    expect((await bucket.maand(['cat', 'info', '--json'])).json).toMatchObject({ update_sequence: 17 });
  }, 60_000);

  it('reports everything that it cannot do', async () => {
    const bucket = await freshBucket(farm);
    expect(await bucket.maand(['state', 'adopt'])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('no bucket is deployed'),
    });
    await bucket.write('import.json', '{"kv": {"maand/job/web": {}}}');
    expect(await bucket.maand(['state', 'adopt', '--import', join(bucket.dir, 'import.json')])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('maand/job/web'),
    });
    await bucket.edit('workspace/workers.json', (text) => text.replace(`"port":${farm.workers[1]?.port}`, '"port":1'));
    expect(await bucket.maand(['state', 'adopt'])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining(farm.workers[1]?.host ?? '?'),
    });
  }, 60_000);
});
