/** Tests batches that fail, and how the next deploy continues. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hookCalls, notingHook } from '../../support/noting-hook.ts';
import { type Farm, startFarm } from '../../support/ssh-farm.ts';
import { lifecycleMakefile, TestBucket } from '../../support/test-bucket.ts';

let farm: Farm;
let hosts: string[];

beforeAll(async () => {
  farm = await startFarm({ workers: 4 });
  hosts = farm.workers.map(({ host }) => host);
});
afterAll(() => farm.stop());

const everywhere = { version: '1.0.0', selectors: ['worker'] };

/**
 * Returns a Makefile in which every target records its worker. `restart` fails when the file `broken` contains the worker.
 */
const makefile = (bucket: TestBucket): string => `${lifecycleMakefile(bucket.journalFile).split('restart:')[0]}
restart:
\t@echo "restart {{ .WorkerIP }}" >> ${bucket.journalFile}
\t@! grep -qx '{{ .WorkerIP }}' ${bucket.dir}/broken 2>/dev/null
`;

async function deployed(manifest: object): Promise<TestBucket> {
  const bucket = await TestBucket.create(farm);
  await bucket.addJob('web', { ...everywhere, ...manifest }, { 'Makefile.tpl': makefile(bucket) });
  const run = await bucket.maand(['deploy', '--build']);
  expect(run.status, run.stderr).toBe(0);
  await bucket.journal();
  return bucket;
}

const restarts = (of: readonly (string | undefined)[]) => of.map((host) => `restart ${host}`).sort();

describe('a batch that fails', () => {
  it('is completed and names every failed worker; no other batch starts', async () => {
    const bucket = await deployed({ max_concurrent_upgrades: 3 });
    await bucket.write('workspace/jobs/web/release.txt', '2\n');
    await bucket.write('broken', `${hosts[0]}\n${hosts[2]}\n`);
    const run = await bucket.maand(['deploy', '--build', '--json']);
    expect((await bucket.journal()).sort()).toEqual(restarts(hosts.slice(0, 3)));
    const { outcome, error } = run.json.jobs[0];
    expect(outcome).toBe('failed');
    expect(error.split('\n')).toEqual([
      expect.stringContaining(`worker ${hosts[0]}: make restart failed (exit 2)`),
      expect.stringContaining(`worker ${hosts[2]}: make restart failed (exit 2)`),
    ]);
  });

  it('leaves earlier batches promoted; the next deploy starts with this batch', async () => {
    const bucket = await deployed({});
    await bucket.useWorkers(farm.workers.slice(0, 3));
    await bucket.maand(['deploy', '--build']);
    await bucket.journal();
    await bucket.write('workspace/jobs/web/release.txt', '2\n');
    await bucket.write('broken', `${hosts[1]}\n`);
    expect((await bucket.maand(['deploy', '--build'])).status).toBe(1);
    expect(await bucket.journal()).toEqual([`restart ${hosts[0]}`, `restart ${hosts[1]}`]);
    await bucket.remove('broken');
    expect((await bucket.maand(['deploy'])).status).toBe(0);
    expect(await bucket.journal()).toEqual([`restart ${hosts[1]}`, `restart ${hosts[2]}`]);
  });

  it('contains no disabled allocation, even a changed one', async () => {
    const bucket = await deployed({ max_concurrent_upgrades: 4 });
    await bucket.write('workspace/disabled.json', JSON.stringify({ jobs: { web: { allocations: [hosts[1]] } } }));
    await bucket.maand(['deploy', '--build']);
    await bucket.journal();
    await bucket.write('workspace/jobs/web/release.txt', '2\n');
    expect((await bucket.maand(['deploy', '--build'])).status).toBe(0);
    expect((await bucket.journal()).sort()).toEqual(restarts([hosts[0], hosts[2], hosts[3]]));
  });

  it('runs no hook after it', async () => {
    const bucket = await TestBucket.create(farm);
    const hooks = { hook_up: { executed_on: ['after_allocation_started', 'post_deploy'] } };
    await bucket.addJob(
      'web',
      { ...everywhere, hooks },
      {
        'Makefile.tpl': makefile(bucket),
        '_hooks/hook_up.py': notingHook(bucket),
      },
    );
    await bucket.maand(['deploy', '--build']);
    await bucket.journal();
    await bucket.write('workspace/jobs/web/release.txt', '2\n');
    await bucket.write('broken', `${hosts[1]}\n`);
    expect((await bucket.maand(['deploy', '--build'])).status).toBe(1);
    const calls = hookCalls(await bucket.journal());
    expect(calls.map(({ event, host }) => `${event} ${host}`)).toEqual([`after_allocation_started ${hosts[0]}`]);
  });
});

describe('post_deploy', () => {
  it('comes after the roll when something changed while it was pending', async () => {
    const bucket = await TestBucket.create(farm);
    await bucket.useWorkers(farm.workers.slice(0, 1));
    await bucket.addJob(
      'web',
      { ...everywhere, hooks: { hook_smoke: { executed_on: ['post_deploy'] } } },
      {
        'Makefile.tpl': makefile(bucket),
        '_hooks/hook_smoke.py': notingHook(bucket),
      },
    );
    await bucket.write('fail-post_deploy', 'all');
    expect((await bucket.maand(['deploy', '--build'])).status).toBe(1);
    await bucket.journal();
    await bucket.remove('fail-post_deploy');
    await bucket.write('workspace/jobs/web/release.txt', '2\n');
    expect((await bucket.maand(['deploy', '--build'])).status).toBe(0);
    const [restart, ...hooks] = await bucket.journal();
    expect(restart).toBe(`restart ${hosts[0]}`);
    expect(hookCalls(hooks).map(({ event }) => event)).toEqual(['post_deploy']);
  });
});

describe('a stop', () => {
  it('of one allocation checks the health of the others, and reports unhealthy ones', async () => {
    const bucket = await TestBucket.create(farm);
    const check = { type: 'ssh', command: `cd / && test ! -e ${bucket.dir}/sick` };
    const health = { checks: [check], wait: { attempts: 2, interval_seconds: 1 } };
    await bucket.addJob('web', { ...everywhere, health_check: health }, { 'Makefile.tpl': makefile(bucket) });
    await bucket.maand(['deploy', '--build']);
    await bucket.write('workspace/disabled.json', JSON.stringify({ jobs: { web: { allocations: [hosts[0]] } } }));
    await bucket.write('sick', '');
    const run = await bucket.maand(['deploy', '--build']);
    expect(run.status).toBe(1);
    expect(run.stderr).toContain('not healthy yet (attempt 1 of 2)');
    expect(run.stdout).toContain(`ssh ${hosts[1]}: exit 1`);
    expect(run.stdout).not.toContain(`ssh ${hosts[0]}: exit 1`);
  });
});
