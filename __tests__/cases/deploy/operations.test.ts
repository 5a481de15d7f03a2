/** Tests small tasks of operators besides deploys. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Farm, startFarm } from '../../support/ssh-farm.ts';
import { TestBucket } from '../../support/test-bucket.ts';

let farm: Farm;
beforeAll(async () => {
  farm = await startFarm({ workers: 2 });
});
afterAll(() => farm.stop());

const everywhere = { version: '1.0.0', selectors: ['worker'] };

describe('bin/runner.sh on a worker', () => {
  it('fails for a missing job, and runs an existing one', async () => {
    const bucket = await TestBucket.create(farm);
    await bucket.addJob('web', everywhere);
    await bucket.maand(['deploy', '--build']);
    await bucket.journal();
    const [worker] = farm.workers;
    if (!worker) throw new Error('no worker');
    const runner = join(await bucket.folderOn(worker), 'bin/runner.sh');
    const run = (...words: string[]) => promisify(execFile)('sh', [runner, ...words]);
    await expect(run('start', 'nope')).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('no job nope'),
    });
    await expect(run('start')).rejects.toMatchObject({ code: 2 });
    await run('restart', 'web');
    expect(await bucket.journal()).toEqual([`restart web ${worker.host}  `]);
  });
});

describe('maand gc', () => {
  it('forgets what was on a worker that has left and cannot be reached', async () => {
    await using own = await startFarm({ workers: 2 });
    const bucket = await TestBucket.create(own);
    const [stays, leaves] = own.workers;
    if (!stays || !leaves) throw new Error('no workers');
    await bucket.useWorkers(own.workers, (at) => (at === 1 ? ['db'] : []));
    await bucket.addJob('web', everywhere);
    await bucket.addJob('database', { selectors: ['db'] });
    await bucket.maand(['deploy', '--build']);
    await bucket.useWorkers(own.workers); // no worker has the label now, so the job is stopped and its data stays
    await bucket.maand(['deploy', '--build', '--allow-stops', 'database']);
    await leaves.kill();
    await bucket.useWorkers([stays]);
    await bucket.maand(['build']);
    const deploy = await bucket.maand(['deploy']);
    expect(deploy.status, deploy.stderr).toBe(0);
    const rows = async () => {
      const { json } = await bucket.maand(['cat', 'deployments', '--json']);
      return json.map((row: Record<string, string>) => `${row.job}@${row.worker_ip}`).sort();
    };
    expect((await bucket.maand(['gc'])).status).toBe(0); // no run has seen web stop on that worker
    expect(await rows()).toEqual([`web@${stays.host}`, `web@${leaves.host}`].sort());
    expect((await bucket.maand(['gc', '--forget', leaves.host])).status).toBe(0);
    expect(await rows()).toEqual([`web@${stays.host}`]);
  });

  it('only deletes old versions when no allocation was removed', async () => {
    const bucket = await TestBucket.create(farm);
    const script = 'import maand\nfor n in range(20):\n    maand.kv.put("n", str(n))\n';
    await bucket.addJob(
      'web',
      { ...everywhere, hooks: { hook_x: { executed_on: ['cli'] } } },
      {
        '_hooks/hook_x.py': script,
      },
    );
    await bucket.maand(['deploy', '--build']);
    await bucket.maand(['hooks', 'hook_x']);
    // this makes the rows old, because `gc` keeps rows of the present second
    await bucket.edit('data/state.json', (text) => text.replaceAll(/"at": *\d+/g, '"at": 1'));
    const before = await bucket.connections();
    const run = await bucket.maand(['gc', '--json']);
    expect(run.json).toMatchObject({ ok: true, allocations: [], cleared: [] });
    expect(run.json.purged_versions).toBeGreaterThanOrEqual(30);
    expect(await bucket.connections()).toEqual(before);
    expect((await bucket.maand(['cat', 'kv', 'get', 'vars/job/web', 'n', '--json'])).json.value).toBe('19');
  });
});
