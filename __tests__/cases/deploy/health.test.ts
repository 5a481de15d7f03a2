/** Tests `maand health_check` and the hooks that it runs. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hookCalls, notingHook } from '../../support/noting-hook.ts';
import { type Farm, startFarm } from '../../support/ssh-farm.ts';
import { TestBucket } from '../../support/test-bucket.ts';

let farm: Farm;
let hosts: string[];

beforeAll(async () => {
  farm = await startFarm({ workers: 2 });
  hosts = farm.workers.map(({ host }) => host);
});
afterAll(() => farm.stop());

const hooked = { selectors: ['worker'], hooks: { hook_well: { executed_on: ['health_check'] } } };
const probed = (command: string) => ({ checks: [{ type: 'ssh', command }], wait: { attempts: 1 } });

describe('maand health_check', () => {
  it('skips a job without a health check', async () => {
    const bucket = await TestBucket.create(farm);
    await bucket.addJob('web', { selectors: ['worker'] });
    await bucket.addJob('nowhere', { selectors: ['moon'] });
    await bucket.maand(['build']);
    expect(await bucket.maand(['health_check', '--json'])).toMatchObject({
      status: 0,
      json: {
        jobs: [
          { job: 'nowhere', outcome: 'skipped', reason: 'no allocations' },
          { job: 'web', outcome: 'skipped', reason: 'no health_check config or hooks' },
        ],
      },
    });
  });

  it('contacts no worker when the bucket has none', async () => {
    const bucket = await TestBucket.create(farm);
    await bucket.useWorkers([]);
    expect((await bucket.maand(['health_check'])).status).toBe(0);
  });

  it('refuses an unknown job and contacts no worker', async () => {
    const bucket = await TestBucket.create(farm);
    await bucket.addJob('web', { ...hooked }, { '_hooks/hook_well.py': notingHook(bucket) });
    await bucket.maand(['build']);
    const before = await bucket.connections();
    expect(await bucket.maand(['health_check', '--jobs', 'web,x,y'])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('jobs not in this bucket: x, y'),
    });
    expect(await bucket.connections()).toEqual(before);
    expect(await bucket.journal()).toEqual([]);
  });

  it('refuses a port that the job does not declare', async () => {
    const bucket = await TestBucket.create(farm);
    const checks = [{ type: 'tcp', port: 'web_port' }];
    await bucket.addJob('web', { selectors: ['worker'], health_check: { checks } });
    expect(await bucket.maand(['build'])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('health_check.checks[0] port "web_port" not in resources.ports'),
    });
  });

  it('connects to the SSH port of each worker, and names a worker that does not answer', async () => {
    const bucket = await TestBucket.create(farm);
    await bucket.maand(['build']);
    expect((await bucket.maand(['health_check'])).status).toBe(0);
    const { port } = farm.workers[1] ?? { port: 0 };
    await bucket.edit('workspace/workers.json', (text) =>
      text.replace(`"host": "${hosts[1]}",\n    "port": ${port}`, `"host": "${hosts[1]}",\n    "port": 1`),
    );
    const run = await bucket.maand(['health_check']);
    expect(run).toMatchObject({ status: 1, stderr: expect.stringContaining('worker health check failed') });
    expect(run.stderr).toContain(hosts[1]);
    expect(run.stderr).not.toContain(hosts[0]);
  });

  it('runs hooks after successful probes, when the bucket allows both', async () => {
    const bucket = await TestBucket.create(farm);
    await bucket.edit('maand.conf', (conf) => `allow_probes_with_hook = true\n${conf}`);
    const health = probed(`cd / && echo probe >> ${bucket.journalFile} && test ! -e ${bucket.dir}/sick`);
    await bucket.addJob('web', { ...hooked, health_check: health }, { '_hooks/hook_well.py': notingHook(bucket) });
    await bucket.maand(['build']);
    expect((await bucket.maand(['health_check'])).status).toBe(0);
    const journal = await bucket.journal();
    expect(journal.slice(0, 2)).toEqual(['probe', 'probe']);
    expect(hookCalls(journal.slice(2)).map(({ host }) => host)).toEqual(hosts);
    await bucket.write('sick', '');
    expect((await bucket.maand(['health_check'])).status).toBe(1);
    expect(await bucket.journal()).toEqual(['probe', 'probe']);
  });

  it('runs hooks but no probes for disabled allocations', async () => {
    const bucket = await TestBucket.create(farm);
    await bucket.edit('maand.conf', (conf) => `allow_probes_with_hook = true\n${conf}`);
    const health = probed(`cd / && echo probe >> ${bucket.journalFile}`);
    await bucket.addJob('web', { ...hooked, health_check: health }, { '_hooks/hook_well.py': notingHook(bucket) });
    await bucket.write('workspace/disabled.json', '{ "jobs": { "web": {} } }');
    await bucket.maand(['build']);
    expect((await bucket.maand(['health_check'])).status).toBe(0);
    expect(hookCalls(await bucket.journal()).map(({ host, env }) => [host, env.DISABLED])).toEqual(
      hosts.map((host) => [host, '1']),
    );
  });

  it('checks all jobs and names every unhealthy one', async () => {
    const bucket = await TestBucket.create(farm);
    await bucket.useWorkers(farm.workers.slice(0, 1));
    for (const [name, code] of [
      ['api', 1],
      ['mid', 2],
      ['web', 0],
    ] as const) {
      await bucket.addJob(name, { selectors: ['worker'], health_check: probed(`exit ${code}`) });
    }
    await bucket.maand(['build']);
    const run = await bucket.maand(['health_check', '--json']);
    expect(run).toMatchObject({
      status: 1,
      json: {
        jobs: [
          { job: 'api', outcome: 'failed', error: `ssh ${hosts[0]}: exit 1` },
          { job: 'mid', outcome: 'failed', error: `ssh ${hosts[0]}: exit 2` },
          { job: 'web', outcome: 'passed' },
        ],
      },
    });
  });

  it('refuses writes of a hook', async () => {
    const bucket = await TestBucket.create(farm);
    await bucket.useWorkers(farm.workers.slice(0, 1));
    const script = 'import maand\nprint(maand.put_job_variable("a", "b").status_code)\n';
    await bucket.addJob('web', hooked, { '_hooks/hook_well.py': script });
    await bucket.maand(['build']);
    const run = await bucket.maand(['health_check']);
    expect(run.stderr).toContain(`web@${hosts[0]} | 400`);
  });
});
