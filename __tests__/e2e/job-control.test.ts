import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Farm, type FarmWorker, startFarm } from '../support/ssh-farm.ts';
import { lifecycleMakefile, TestBucket } from '../support/test-bucket.ts';

let farm: Farm;
let workers: readonly FarmWorker[];
let hosts: string[];

beforeAll(async () => {
  farm = await startFarm({ workers: 3 });
  workers = farm.workers;
  hosts = workers.map(({ host }) => host);
});
afterAll(() => farm.stop());

const everywhere = { version: '1.0.0', selectors: ['worker'] };

/** Returns a Makefile with the usual targets and some targets that only this job has. */
const makefile = (bucket: TestBucket): string => `${lifecycleMakefile(bucket.journalFile)}
status:
\t@echo "{{ .Job }} runs on {{ .WorkerIP }}"
\t@[ ! -e ${bucket.dir}/down-{{ .WorkerIP }} ]

Migrate db-migrate.v2:
\t@echo "$@ {{ .WorkerIP }}" >> ${bucket.journalFile}
\t@touch data/$@
`;

async function deployed(manifest: object = everywhere): Promise<TestBucket> {
  const bucket = await TestBucket.create(farm);
  await bucket.addJob('web', manifest, { 'Makefile.tpl': makefile(bucket) });
  const run = await bucket.maand(['deploy', '--build']);
  expect(run.status, run.stderr).toBe(0);
  await bucket.journal();
  return bucket;
}

const stateOf = (bucket: TestBucket) => readFile(join(bucket.dir, 'data/state.json'), 'utf8');

describe('maand job', () => {
  it('runs a target on every allocation, in rollout order, and does not change the state', async () => {
    const bucket = await deployed();
    const before = await stateOf(bucket);
    for (const target of ['stop', 'start', 'restart', 'reload']) {
      const run = await bucket.maand(['job', target, 'web', '--json']);
      expect(run, run.stderr).toMatchObject({
        status: 0,
        json: { ok: true, target, jobs: [{ job: 'web', outcome: 'succeeded' }], hooks: [] },
      });
      expect(run.json.jobs[0].workers).toEqual(
        hosts.map((worker) => ({
          worker,
          outcome: 'succeeded',
          exit_code: 0,
          stdout: `${target} web ${worker} 1.0.0 1.0.0\n`,
          stderr: '',
          duration_ms: expect.any(Number),
        })),
      );
      expect(await bucket.journal()).toEqual(hosts.map((host) => `${target} web ${host} 1.0.0 1.0.0`));
    }
    expect(await stateOf(bucket)).toBe(before);
  });

  it('a job that was stopped by hand stays stopped when nothing changed, and is rolled when something did', async () => {
    const bucket = await deployed();
    expect((await bucket.maand(['job', 'stop', 'web'])).status).toBe(0);
    await bucket.journal();
    expect((await bucket.maand(['deploy', '--build', '--json'])).json.jobs).toMatchObject([{ outcome: 'skipped' }]);
    expect(await bucket.journal()).toEqual([]);
    await bucket.write('workspace/jobs/web/release.txt', '2\n');
    expect((await bucket.maand(['deploy', '--build'])).status).toBe(0);
    expect(await bucket.journal()).toEqual(hosts.map((host) => `restart web ${host} 1.0.0 1.0.0`));
  });

  it('converts built-in targets to lower case, and keeps other targets unchanged', async () => {
    const bucket = await deployed();
    const run = (target: string) =>
      bucket.maand(['job', 'run', 'web', '--target', target, '--allocations', hosts[0] ?? '']);
    for (const target of ['STOP', ' Restart ', 'Migrate', 'db-migrate.v2']) {
      const { status, stderr } = await run(target);
      expect(status, stderr).toBe(0);
    }
    expect(await bucket.journal()).toEqual([
      `stop web ${hosts[0]} 1.0.0 1.0.0`,
      `restart web ${hosts[0]} 1.0.0 1.0.0`,
      `Migrate ${hosts[0]}`,
      `db-migrate.v2 ${hosts[0]}`,
    ]);
  });

  it('a custom target writes its file on the worker', async () => {
    const bucket = await deployed();
    expect((await bucket.maand(['job', 'run', 'web', '--target', 'Migrate'])).status).toBe(0);
    for (const worker of workers) expect(await bucket.filesOn(worker, 'jobs/web/data')).toContain('Migrate');
  });

  it('refuses an invalid target before any connection', async () => {
    const bucket = await deployed();
    const before = await bucket.connections();
    for (const target of ['bad target', 'foo;bar', 'rm -rf', '.hidden', '-n', 'a/b', 'x$(id)']) {
      const run = await bucket.maand(['job', 'run', 'web', `--target=${target}`]);
      expect(run).toMatchObject({
        status: 2,
        stderr: expect.stringContaining(`invalid job control target "${target}"`),
      });
    }
    for (const words of [
      ['job', 'run', 'web'],
      ['job', 'run', 'web', '--target', ' '],
      ['job', 'run', 'web', '--target='],
    ]) {
      expect(await bucket.maand(words)).toMatchObject({
        status: 2,
        stderr: expect.stringContaining('job run needs a target'),
      });
    }
    expect(await bucket.connections()).toEqual(before);
    expect(await bucket.journal()).toEqual([]);
  });

  it('refuses jobs and workers that the bucket does not have, a partly wrong list too', async () => {
    const bucket = await deployed();
    for (const [words, message] of [
      [['job', 'restart', 'nope'], 'jobs not in this bucket: nope'],
      [['job', 'restart', 'web,nope'], 'jobs not in this bucket: nope'],
      [['job', 'restart', 'web', '--allocations', '192.0.2.1'], 'workers not in this bucket: 192.0.2.1'],
      [['job', 'restart', 'web', '--allocations', `${hosts[0]},192.0.2.1`], 'workers not in this bucket: 192.0.2.1'],
    ] as const) {
      expect(await bucket.maand(words)).toMatchObject({ status: 2, stderr: expect.stringContaining(message) });
    }
    expect(await bucket.journal()).toEqual([]);
  });

  it('touches only the allocations that are meant, and no disabled one', async () => {
    const bucket = await deployed();
    expect((await bucket.maand(['job', 'restart', 'web', '--allocations', `${hosts[2]},${hosts[0]}`])).status).toBe(0);
    expect(await bucket.journal()).toEqual([0, 2].map((at) => `restart web ${hosts[at]} 1.0.0 1.0.0`));
    await bucket.write('workspace/disabled.json', JSON.stringify({ jobs: { web: { allocations: [hosts[0]] } } }));
    await bucket.maand(['deploy', '--build']);
    await bucket.journal();
    const run = await bucket.maand(['job', 'restart', 'web', '--allocations', hosts[0] ?? '', '--json']);
    expect(run).toMatchObject({
      status: 0,
      json: { ok: true, jobs: [{ outcome: 'skipped', reason: `disabled on ${hosts[0]}`, workers: [] }] },
    });
    expect((await bucket.maand(['job', 'restart', 'web'])).status).toBe(0);
    expect(await bucket.journal()).toEqual([1, 2].map((at) => `restart web ${hosts[at]} 1.0.0 1.0.0`));
  });

  it('runs in batches of max_concurrent_upgrades; a failed batch is completed, and no other batch starts', async () => {
    const bucket = await TestBucket.create(farm);
    const meet = `restart:\n\t@echo "restart {{ .WorkerIP }}" >> ${bucket.journalFile}\n\t@[ {{ .WorkerIP }} != ${hosts[0]} ] || { echo broken >&2; exit 7; }\n`;
    await bucket.addJob('web', { ...everywhere, max_concurrent_upgrades: 2 }, { 'Makefile.tpl': `start:\n\n${meet}` });
    expect((await bucket.maand(['deploy', '--build'])).status).toBe(0);
    const run = await bucket.maand(['job', 'restart', 'web', '--json']);
    expect(run.status).toBe(1);
    expect((await bucket.journal()).sort()).toEqual(
      hosts
        .slice(0, 2)
        .map((host) => `restart ${host}`)
        .sort(),
    );
    expect(run.json.jobs[0]).toMatchObject({
      outcome: 'failed',
      error: expect.stringMatching(`^target restart failed: worker ${hosts[0]}: make restart failed \\(exit 2\\): .*`),
    });
    expect(run.json.jobs[0].workers.map(({ worker, outcome }: Record<string, string>) => [worker, outcome])).toEqual([
      [hosts[0], 'failed'],
      [hosts[1], 'succeeded'],
    ]);
    const text = await bucket.maand(['job', 'restart', 'web']);
    expect(text.stdout).toContain(`job web target restart failed: worker ${hosts[0]}`);
    expect(text.stderr).toContain(`web@${hosts[0]} ! broken`);
  });

  it('runs several jobs wave by wave, and continues after a failed job', async () => {
    const bucket = await TestBucket.create(farm);
    await bucket.useWorkers(workers.slice(0, 1));
    const say = (job: string, code = 0) =>
      `start:\n\nstop:\n\t@echo "stop ${job}" >> ${bucket.journalFile}\n\t@exit ${code}\n`;
    const demand = { executed_on: ['cli'], demands: { job: 'database', hook: 'hook_up', config: {} } };
    await bucket.addJob(
      'api',
      { ...everywhere, hooks: { hook_check: demand } },
      { 'Makefile.tpl': say('api'), '_hooks/hook_check.py': '' },
    );
    await bucket.addJob(
      'database',
      { ...everywhere, hooks: { hook_up: { executed_on: ['cli'] } } },
      { 'Makefile.tpl': say('database', 1), '_hooks/hook_up.py': '' },
    );
    expect((await bucket.maand(['deploy', '--build'])).status).toBe(0);
    const run = await bucket.maand(['job', 'stop', 'api, database', '--json']);
    expect(run).toMatchObject({
      status: 1,
      json: {
        jobs: [
          { job: 'database', outcome: 'failed' },
          { job: 'api', outcome: 'succeeded' },
        ],
      },
    });
    expect(await bucket.journal()).toEqual(['stop database', 'stop api']);
  });

  it('exports the version on the worker, even when the workspace has a newer one', async () => {
    const bucket = await deployed();
    await bucket.edit('workspace/jobs/web/manifest.json', (text) => text.replace('1.0.0', '2.0.0'));
    expect((await bucket.maand(['job', 'restart', 'web', '--allocations', hosts[0] ?? ''])).status).toBe(0);
    expect(await bucket.journal()).toEqual([`restart web ${hosts[0]} 1.0.0 1.0.0`]);
  });

  it('status shows every worker, including unhealthy ones, takes no lock and changes nothing', async () => {
    const bucket = await deployed();
    await bucket.write(`down-${hosts[1]}`, '');
    const before = await stateOf(bucket);
    const run = await bucket.maand(['job', 'status', 'web', '--json']);
    expect(run.status).toBe(1);
    expect(run.json.jobs[0].workers).toMatchObject([
      { worker: hosts[0], outcome: 'succeeded', stdout: `web runs on ${hosts[0]}\n` },
      { worker: hosts[1], outcome: 'failed', stdout: `web runs on ${hosts[1]}\n` },
      { worker: hosts[2], outcome: 'succeeded', stdout: `web runs on ${hosts[2]}\n` },
    ]);
    const text = await bucket.maand(['job', 'status', 'web']);
    expect(text.stdout).toMatch(new RegExp(`web +${hosts[0]} +ok`));
    expect(text.stdout).toMatch(new RegExp(`web +${hosts[1]} +exit 2`));
    expect(text.stderr).toContain(`web@${hosts[1]} | web runs on ${hosts[1]}`);
    expect(await stateOf(bucket)).toBe(before);
  });

  it.each([
    [['restart', 'web', '--target', 'x'], 'belongs to job run'],
    [['restart', 'web', '--selectors', 'x'], 'cannot be used with job restart'],
    [['create', 'new', '--allocations', 'h'], 'cannot be used with job create'],
    [['restart'], 'the name of a job is missing (usage: maand job restart JOB'],
    [['restrat', 'web'], 'did you mean "restart"?'],
    [['restart', 'web', 'api'], 'does not accept the word "api"'],
    [['restart', ','], 'the name of the job is empty'],
  ])('refuses job %j', async (words, message) => {
    const bucket = await TestBucket.create(farm);
    await bucket.addJob('web', everywhere);
    expect(await bucket.maand(['job', ...words])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining(message),
    });
  });
});

describe('maand job --health-check', () => {
  it('stops after the first batch that does not become healthy', async () => {
    const bucket = await TestBucket.create(farm);
    const check = { type: 'ssh', command: `! grep -qx sick data/verdict 2>/dev/null && test ! -e ${bucket.dir}/sick` };
    await bucket.addJob(
      'web',
      { ...everywhere, health_check: { checks: [check], wait: { attempts: 1 } } },
      {
        'Makefile.tpl': `${makefile(bucket)}\nbreak:\n\t@echo "break {{ .WorkerIP }}" >> ${bucket.journalFile}; touch ${bucket.dir}/sick\n`,
      },
    );
    await bucket.maand(['deploy', '--build']);
    await bucket.journal();
    const run = await bucket.maand(['job', 'run', 'web', '--target', 'break', '--health-check', '--json']);
    expect(run).toMatchObject({
      status: 1,
      json: { jobs: [{ outcome: 'failed', error: expect.stringContaining('health check failed: ') }] },
    });
    expect(await bucket.journal()).toEqual([`break ${hosts[0]}`]);
    await bucket.remove('sick');
    expect((await bucket.maand(['job', 'restart', 'web', '--health-check'])).status).toBe(0);
  });
});
