import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Farm, type FarmWorker, startFarm } from '../support/ssh-farm.ts';
import { lifecycleMakefile, TestBucket } from '../support/test-bucket.ts';

let farm: Farm;
let workers: readonly FarmWorker[];
let hosts: string[];

beforeAll(async () => {
  farm = await startFarm({ workers: 4 });
  workers = farm.workers;
  hosts = workers.map(({ host }) => host);
});

afterAll(() => farm.stop());

const everywhere = { version: '1.0.0', selectors: ['worker'] };
const demanding = (job: string, hook: string) => ({ demands: { job, hook, config: { min_version: '1.0.0' } } });

/** Returns a hook that records its event and worker. It fails when the file `fail-<event>` contains its worker. */
const noting = (bucket: TestBucket) => `import maand, os
event = maand.hook_event()
with open(${JSON.stringify(bucket.journalFile)}, "a") as journal:
    journal.write(f"{event} {maand.job_name()} {maand.allocation_ip()}\\n")
path = os.path.join(os.environ["BUCKET_ROOT"], f"fail-{event}")
if os.path.exists(path) and maand.allocation_ip() in open(path).read():
    raise SystemExit(f"told to fail on {maand.allocation_ip()}")
`;

describe('deploy', () => {
  it('starts each allocation once, demanded jobs first; then has nothing to do; one connection per worker and run', async () => {
    const bucket = await TestBucket.create(farm);
    await bucket.addJob(
      'api',
      { ...everywhere, hooks: { hook_check: { executed_on: ['pre_deploy'], ...demanding('database', 'hook_up') } } },
      { '_hooks/hook_check.py': noting(bucket) },
    );
    await bucket.addJob(
      'database',
      { ...everywhere, hooks: { hook_up: { executed_on: ['post_deploy'] } } },
      { '_hooks/hook_up.py': noting(bucket) },
    );
    const before = await bucket.connections();
    const first = await bucket.maand(['deploy', '--build', '--json']);
    expect(first).toMatchObject({
      status: 0,
      json: {
        ok: true,
        update_seq: 1,
        jobs: [
          { job: 'database', outcome: 'deployed' },
          { job: 'api', outcome: 'deployed' },
        ],
      },
    });
    const journal = await bucket.journal();
    const lines = (what: string) => hosts.map((host) => `${what} ${host}`).sort();
    const starts = (job: string) => hosts.map((host) => `start ${job} ${host} 0.0.0 1.0.0`).sort();
    expect(journal.slice(0, 4).sort()).toEqual(starts('database'));
    expect(journal.slice(4, 8).sort()).toEqual(lines('post_deploy database'));
    expect(journal.slice(8, 12).sort()).toEqual(lines('pre_deploy api'));
    expect(journal.slice(12).sort()).toEqual(starts('api'));
    const after = await bucket.connections();
    expect(after.map((count, at) => count - (before[at] ?? 0))).toEqual([1, 1, 1, 1]);

    const second = await bucket.maand(['deploy', '--json']);
    expect(second).toMatchObject({
      status: 0,
      json: { ok: true, update_seq: 1, jobs: [{ outcome: 'skipped' }, { outcome: 'skipped' }] },
    });
    expect((await bucket.journal()).sort()).toEqual(lines('pre_deploy api'));
    expect(await bucket.connections()).toEqual(after.map((count) => count + 1)); // one connection per worker, for the look
    const third = await bucket.maand(['deploy']);
    expect(third.stdout).toContain('nothing to do');
    expect(third.stderr).toContain('already promoted on all allocations');
  });

  it('restarts in batches of max_concurrent_upgrades, with the health gate between', async () => {
    const bucket = await TestBucket.create(farm);
    await bucket.addJob(
      'web',
      { ...everywhere, max_concurrent_upgrades: 2, hooks: { hook_well: { executed_on: ['health_check'] } } },
      { '_hooks/hook_well.py': noting(bucket) },
    );
    expect((await bucket.maand(['deploy', '--build'])).status).toBe(0);
    await bucket.journal();
    const before = await bucket.connections();
    await bucket.write('workspace/jobs/web/release.txt', '2\n');
    expect((await bucket.maand(['deploy', '--build'])).status).toBe(0);
    const journal = await bucket.journal();
    const restarts = journal.flatMap((line, at) =>
      line.startsWith('restart') ? [{ at, host: String(line.split(' ')[2]) }] : [],
    );
    const restarted = restarts.map((one): string => one.host);
    expect(restarted.slice(0, 2).sort()).toEqual(hosts.slice(0, 2).sort());
    expect(restarted.slice(2).sort()).toEqual(hosts.slice(2).sort());
    const between = journal.slice((restarts[1]?.at ?? 0) + 1, restarts[2]?.at);
    expect(between.sort()).toEqual(hosts.map((host) => `health_check web ${host}`).sort());
    expect(journal.at(-1)).toContain('health_check');
    expect((await bucket.connections()).map((count, at) => count - (before[at] ?? 0))).toEqual([1, 1, 1, 1]);
  });

  it('starts only where a new worker came', async () => {
    const bucket = await TestBucket.create(farm);
    await bucket.useWorkers(workers.slice(0, 3));
    await bucket.addJob('web', everywhere);
    await bucket.maand(['deploy', '--build']);
    await bucket.journal();
    await bucket.useWorkers(workers);
    expect((await bucket.maand(['deploy', '--build'])).status).toBe(0);
    expect(await bucket.journal()).toEqual([`start web ${hosts[3]} 0.0.0 1.0.0`]);
  });

  it('stops the rollout at a failed probe, and the next deploy continues from there', async () => {
    const bucket = await TestBucket.create(farm);
    const probe = {
      checks: [{ type: 'ssh', command: `test ! -e ${bucket.dir}/sick` }],
      wait: { attempts: 2, interval_seconds: 1 },
    };
    await bucket.addJob('web', { ...everywhere, health_check: probe });
    await bucket.maand(['deploy', '--build']);
    await bucket.journal();
    await bucket.write('workspace/jobs/web/release.txt', '2\n');
    await bucket.write(
      'workspace/jobs/web/Makefile.tpl',
      `restart:\n\t@echo "restart {{ .Job }} {{ .WorkerIP }}" >> ${bucket.journalFile}\n\t@touch ${bucket.dir}/sick\n`,
    );
    const failed = await bucket.maand(['deploy', '--build', '--json']);
    expect(failed).toMatchObject({
      status: 1,
      json: { ok: false, jobs: [{ outcome: 'failed', error: expect.stringContaining('health check failed') }] },
    });
    expect(await bucket.journal()).toEqual([`restart web ${hosts[0]}`]);

    await bucket.remove('sick');
    await bucket.write(
      'workspace/jobs/web/Makefile.tpl',
      `restart:\n\t@echo "restart {{ .Job }} {{ .WorkerIP }} fixed" >> ${bucket.journalFile}\n`,
    );
    expect((await bucket.maand(['deploy', '--build'])).status).toBe(0);
    expect(await bucket.journal()).toEqual(hosts.map((host) => `restart web ${host} fixed`));
  });

  it('puts the files back when a broken release is taken back before it reached every worker', async () => {
    const bucket = await TestBucket.create(farm);
    const probe = {
      checks: [{ type: 'ssh', command: `cd / && exit "$(cat ${bucket.dir}/verdict)"` }],
      wait: { attempts: 1 },
    };
    await bucket.write('verdict', '0');
    await bucket.addJob('web', { ...everywhere, health_check: probe });
    await bucket.maand(['deploy', '--build']);
    await bucket.journal();
    await bucket.write('workspace/jobs/web/release.txt', 'broken\n');
    await bucket.write('workspace/jobs/web/Makefile.tpl', `restart:\n\t@echo 1 > ${bucket.dir}/verdict\n`);
    expect((await bucket.maand(['deploy', '--build'])).status).toBe(1);
    await bucket.write('verdict', '0');
    await bucket.write('workspace/jobs/web/release.txt', '1\n');
    await bucket.write('workspace/jobs/web/Makefile.tpl', lifecycleMakefile(bucket.journalFile));
    expect((await bucket.maand(['deploy', '--build'])).status).toBe(0);
    expect(await bucket.journal()).toEqual([`restart web ${hosts[0]} 1.0.0 1.0.0`]);
    for (const worker of workers) {
      expect(await readFile(join(await bucket.folderOn(worker), 'jobs/web/release.txt'), 'utf8')).toBe('1\n');
    }
    expect((await bucket.maand(['deploy', '--json'])).json.jobs).toMatchObject([{ outcome: 'skipped' }]);
  });

  it('promotes a job that has recovered, without another rollout', async () => {
    const bucket = await TestBucket.create(farm);
    const probe = { checks: [{ type: 'ssh', command: `test ! -e ${bucket.dir}/sick` }], wait: { attempts: 1 } };
    await bucket.addJob('web', { ...everywhere, health_check: probe });
    await bucket.maand(['deploy', '--build']);
    await bucket.journal();
    await bucket.write('workspace/jobs/web/release.txt', '2\n');
    await bucket.write(
      'workspace/jobs/web/Makefile.tpl',
      `restart:\n\t@echo "restart {{ .WorkerIP }}" >> ${bucket.journalFile}\n\t@[ -e ${bucket.dir}/once ] || touch ${bucket.dir}/sick ${bucket.dir}/once\n`,
    );
    expect((await bucket.maand(['deploy', '--build'])).status).toBe(1);
    await bucket.remove('sick');
    await bucket.journal();
    expect((await bucket.maand(['deploy'])).status).toBe(0);
    expect(await bucket.journal()).toEqual(hosts.slice(1).map((host) => `restart ${host}`));
  });

  it('does not change a job whose pre_deploy fails, and blocks only the jobs that demand it', async () => {
    const bucket = await TestBucket.create(farm);
    await bucket.addJob(
      'database',
      { ...everywhere, hooks: { hook_up: { executed_on: ['pre_deploy'] } } },
      { '_hooks/hook_up.py': noting(bucket) },
    );
    await bucket.addJob(
      'api',
      { ...everywhere, hooks: { hook_check: { executed_on: ['cli'], ...demanding('database', 'hook_up') } } },
      { '_hooks/hook_check.py': '' },
    );
    await bucket.addJob('other', everywhere);
    await bucket.write('fail-pre_deploy', hosts[1] ?? '');
    const run = await bucket.maand(['deploy', '--build', '--json']);
    expect(run.status).toBe(1);
    const outcomes = run.json.jobs.map(({ job, outcome, error }: Record<string, string>) => [job, outcome, error]);
    expect(outcomes).toEqual([
      ['database', 'failed', expect.stringContaining(`hook hook_up failed: ${hosts[1]}`)],
      ['other', 'deployed', undefined],
      ['api', 'blocked', 'skipped, upstream job database failed'],
    ]);
    expect((await bucket.journal()).filter((line) => line.startsWith('start')).sort()).toEqual(
      hosts.map((host) => `start other ${host} 0.0.0 0.0.0`.replace('0.0.0 0.0.0', '0.0.0 1.0.0')).sort(),
    );
    for (const worker of workers)
      expect((await bucket.filesOn(worker, 'jobs')).some((path) => path.startsWith('database/'))).toBe(false);

    await bucket.remove('fail-pre_deploy');
    expect((await bucket.maand(['deploy'])).status).toBe(0);
    const starts = (await bucket.journal()).filter((line) => line.startsWith('start'));
    expect(starts.map((line) => line.split(' ')[1])).toEqual([
      ...hosts.map(() => 'database'),
      ...hosts.map(() => 'api'),
    ]);
  });

  it('keeps the data of jobs and files outside of jobs/, and removes stale files', async () => {
    const bucket = await TestBucket.create(farm);
    await bucket.addJob('web', everywhere, { 'conf/old.conf': 'x', '_hooks/lib.py': '' });
    await bucket.addJob('other', { selectors: ['worker'] });
    await bucket.maand(['deploy', '--build']);
    const worker = workers[0] as FarmWorker;
    const folder = await bucket.folderOn(worker);
    const delivered = await bucket.filesOn(worker);
    expect(delivered.filter((path) => !path.startsWith('state/'))).toEqual([
      'bin/runner.sh',
      'bin/worker.sh',
      'jobs.json',
      'jobs/other/Makefile',
      'jobs/other/release.txt',
      'jobs/web/Makefile',
      'jobs/web/conf/old.conf',
      'jobs/web/release.txt',
      'worker.json',
    ]);
    const kept = [
      'state/HEAD',
      'stray.txt',
      'jobs/web/data/db',
      'jobs/web/logs/a.log',
      'jobs/web/bin/tool',
      'jobs/unknown/file',
    ];
    for (const path of kept) {
      await mkdir(join(folder, path, '..'), { recursive: true });
      await writeFile(join(folder, path), 'mine');
    }
    await writeFile(join(folder, 'jobs/web/stale'), 'x');
    await bucket.remove('workspace/jobs/web/conf/old.conf');
    await bucket.write('workspace/jobs/web/run.sh', '#!/bin/sh\n', 0o755);
    expect((await bucket.maand(['deploy', '--build'])).status).toBe(0);
    const files = await bucket.filesOn(worker);
    expect(files).toEqual(expect.arrayContaining(kept));
    expect(files.filter((path) => /stale|old\.conf/.test(path))).toEqual([]);
    expect((await stat(join(folder, 'jobs/web/run.sh'))).mode & 0o777).toBe(0o755);
    expect((await stat(join(folder, 'jobs/web/release.txt'))).mode & 0o777).toBe(0o644);
    expect(JSON.parse(await readFile(join(folder, 'worker.json'), 'utf8'))).toMatchObject({
      worker_ip: hosts[0],
      update_seq: 2,
      labels: ['worker'],
    });
    expect(JSON.parse(await readFile(join(folder, 'jobs.json'), 'utf8'))).toEqual([
      { job: 'other', disabled: 0 },
      { job: 'web', disabled: 0 },
    ]);
  });

  it('stops a disabled job once, starts it again when enabled, and cleans up a removed job', async () => {
    const bucket = await TestBucket.create(farm);
    await bucket.addJob('web', everywhere);
    await bucket.addJob('gone', everywhere);
    await bucket.maand(['deploy', '--build']);
    await bucket.journal();
    const [first] = workers;
    const folder = await bucket.folderOn(first as FarmWorker);
    await writeFile(join(folder, 'jobs/gone/data/db'), 'mine');
    await bucket.write('workspace/disabled.json', JSON.stringify({ jobs: { web: { allocations: [hosts[0]] } } }));
    await bucket.remove('workspace/jobs/gone');
    const plan = await bucket.maand(['plan', '--json']);
    expect(plan.json.reconcile).toEqual([
      ...hosts.map((host) => ({ job: 'gone', worker: host, action: 'stop+remove' })),
      { job: 'web', worker: hosts[0], action: 'stop' },
    ]);
    expect((await bucket.maand(['deploy', '--build'])).status).toBe(0);
    expect((await bucket.journal()).map((line) => line.split(' ').slice(0, 3).join(' ')).sort()).toEqual(
      [...hosts.map((host) => `stop gone ${host}`), `stop web ${hosts[0]}`].sort(),
    );
    expect(await bucket.filesOn(first as FarmWorker, 'jobs/gone')).toEqual(['data/db']);
    const again = await bucket.maand(['deploy', '--json']);
    expect(again.json).toMatchObject({ ok: true, jobs: [{ outcome: 'skipped' }] });
    expect((await bucket.maand(['deploy', '--dry-run', '--json'])).json.required).toBe(false);
    await bucket.remove('workspace/disabled.json');
    await bucket.maand(['deploy', '--build']);
    expect(await bucket.journal()).toEqual([`start web ${hosts[0]} 1.0.0 1.0.0`]);
  });

  it('rolls unchanged jobs when forced, and runs no command with --sync-only', async () => {
    const bucket = await TestBucket.create(farm);
    await bucket.useWorkers(workers.slice(0, 2));
    await bucket.addJob('web', everywhere);
    const refused = await bucket.maand(['deploy', '--build', '--sync-only', '--json']);
    expect(refused).toMatchObject({
      status: 1,
      json: { jobs: [{ error: expect.stringContaining('sync-only deploy cannot start new allocations') }] },
    });
    expect(await bucket.filesOn(workers[0] as FarmWorker).catch(() => [])).toEqual([]);
    await bucket.maand(['deploy', '--build']);
    await bucket.journal();
    expect((await bucket.maand(['deploy', '--force', '--jobs', 'web'])).status).toBe(0);
    expect(await bucket.journal()).toEqual(hosts.slice(0, 2).map((host) => `restart web ${host} 1.0.0 1.0.0`));
    await bucket.write('workspace/jobs/web/release.txt', 'new\n');
    expect((await bucket.maand(['deploy', '--build', '--sync-only'])).status).toBe(0);
    expect(await bucket.journal()).toEqual([]);
    expect(await readFile(join(await bucket.folderOn(workers[0] as FarmWorker), 'jobs/web/release.txt'), 'utf8')).toBe(
      'new\n',
    );
    expect((await bucket.maand(['deploy', '--json'])).json.jobs).toMatchObject([{ outcome: 'skipped' }]);
  });

  it('stops every job on a removed worker before its folder is deleted', async () => {
    const bucket = await TestBucket.create(farm);
    for (const name of ['one', 'two']) await bucket.addJob(name, everywhere);
    await bucket.maand(['deploy', '--build']);
    await bucket.journal();
    const leaving = workers[3] as FarmWorker;
    const folder = await bucket.folderOn(leaving);
    await bucket.useWorkers(workers.slice(0, 3));
    expect((await bucket.maand(['deploy', '--build'])).status).toBe(0);
    const stops = (await bucket.journal()).map((line) => line.split(' ').slice(0, 3).join(' '));
    expect(stops).toEqual([`stop one ${leaving.host}`, `stop two ${leaving.host}`]);
    await expect(stat(folder)).rejects.toThrow('ENOENT');
    expect((await bucket.maand(['deploy', '--dry-run', '--json'])).json.required).toBe(false);
  });

  it('rolls a batch again when its after_allocation_started hook failed', async () => {
    const bucket = await TestBucket.create(farm);
    await bucket.useWorkers(workers.slice(0, 1));
    const hooks = { hook_join: { executed_on: ['after_allocation_started'] } };
    await bucket.addJob('web', { ...everywhere, hooks }, { '_hooks/hook_join.py': noting(bucket) });
    await bucket.write('fail-after_allocation_started', hosts[0] ?? '');
    expect((await bucket.maand(['deploy', '--build'])).status).toBe(1);
    await bucket.journal();
    await bucket.remove('fail-after_allocation_started');
    expect((await bucket.maand(['deploy'])).status).toBe(0);
    expect(await bucket.journal()).toEqual([
      `start web ${hosts[0]} 0.0.0 1.0.0`,
      `after_allocation_started web ${hosts[0]}`,
    ]);
  });

  it('refuses to move a running worker, and to stop everything because the workspace is empty', async () => {
    const bucket = await TestBucket.create(farm);
    await bucket.addJob('web', everywhere);
    await bucket.maand(['deploy', '--build']);
    await bucket.journal();
    await bucket.useWorkers([{ ...(workers[0] as FarmWorker), root: '/tmp/elsewhere' }, ...workers.slice(1)]);
    expect(await bucket.maand(['deploy', '--build'])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('/tmp/elsewhere'),
    });
    await bucket.write('workspace/workers.json', '[]');
    expect(await bucket.maand(['deploy', '--build'])).toMatchObject({
      status: 3,
      stderr: expect.stringContaining('lists no worker'),
    });
    expect(await bucket.journal()).toEqual([]);
  });

  it('runs only post_deploy when only post_deploy failed', async () => {
    const bucket = await TestBucket.create(farm);
    await bucket.addJob(
      'web',
      { ...everywhere, hooks: { hook_smoke: { executed_on: ['post_deploy'] } } },
      { '_hooks/hook_smoke.py': noting(bucket) },
    );
    await bucket.write('fail-post_deploy', hosts[0] ?? '');
    expect((await bucket.maand(['deploy', '--build'])).status).toBe(1);
    await bucket.journal();
    expect((await bucket.maand(['deploy', '--dry-run', '--json'])).json).toMatchObject({
      required: true,
      waves: [{ jobs: [{ reason: 'post_deploy pending' }] }],
    });
    await bucket.remove('fail-post_deploy');
    expect((await bucket.maand(['deploy'])).status).toBe(0);
    expect((await bucket.journal()).sort()).toEqual(hosts.map((host) => `post_deploy web ${host}`).sort());
    expect((await bucket.maand(['deploy', '--json'])).json.jobs).toMatchObject([{ outcome: 'skipped' }]);
  });
});
