/** Tests jobs whose hooks control the rollout: canary and blue/green scripts, in deploys and in commands of a user. */
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Farm, startFarm } from '../support/ssh-farm.ts';
import { lifecycleMakefile, TestBucket } from '../support/test-bucket.ts';

let farm: Farm;
let hosts: string[];
let first: string;
let second: string;
let third: string;

beforeAll(async () => {
  farm = await startFarm({ workers: 3 });
  hosts = farm.workers.map(({ host }) => host);
  [first = '', second = '', third = ''] = hosts;
});
afterAll(() => farm.stop());

const controlled = (more: object = {}) => ({
  version: '1.0.0',
  selectors: ['worker'],
  hooks: { hook_roll: { executed_on: ['job_control'] } },
  ...more,
});

/** Python code that writes a line to the journal. The line contains the hook and the lists that it received. */
const NOTE = `import maand, os
def note(journal, *words):
    with open(journal, "a") as file:
        file.write(" ".join(words) + "\\n")
`;

/** The scripts of docs/job-control.md, unchanged. */
const page = readFileSync(join(import.meta.dirname, '../../docs/job-control.md'), 'utf8');
const [CANARY = '', BLUE_GREEN = ''] = [...page.matchAll(/^```python\n(.*?)^```$/gms)].map(([, text = '']) => text);

const makefile = (bucket: TestBucket): string => `${lifecycleMakefile(bucket.journalFile)}
verify:
\t@echo "verify {{ .WorkerIP }}" >> ${bucket.journalFile}
\t@[ ! -e ${bucket.dir}/broken ]
`;

async function withScript(script: string, more: object = {}): Promise<TestBucket> {
  const bucket = await TestBucket.create(farm);
  await bucket.addJob('web', controlled(more), {
    'Makefile.tpl': makefile(bucket),
    '_hooks/hook_roll.py': script,
  });
  return bucket;
}

const named = (lines: readonly string[]) =>
  lines.map((line) =>
    line
      .split(' ')
      .filter((word) => word !== 'web')
      .slice(0, 2)
      .join(' '),
  );
const live = async (bucket: TestBucket) =>
  (await bucket.maand(['cat', 'kv', 'get', 'vars/job/web', 'live', '--json'])).json.value;

describe('a canary script', () => {
  it('deploys one worker, checks it, and continues only when it is healthy', async () => {
    const bucket = await withScript(CANARY);
    expect((await bucket.maand(['deploy', '--build'])).status).toBe(0);
    expect(named(await bucket.journal())).toEqual([
      `start ${first}`,
      `verify ${first}`,
      `start ${second}`,
      `start ${third}`,
    ]);

    await bucket.write('workspace/jobs/web/release.txt', '2\n');
    await bucket.write('broken', '');
    const failed = await bucket.maand(['deploy', '--build', '--json']);
    expect(failed).toMatchObject({
      status: 1,
      json: { jobs: [{ outcome: 'failed', error: expect.stringContaining('job web hook hook_roll failed') }] },
    });
    expect(named(await bucket.journal())).toEqual([`restart ${first}`, `verify ${first}`]);

    await bucket.remove('broken');
    expect((await bucket.maand(['plan', '--json'])).json.waves[0].jobs[0].allocations).toMatchObject(
      hosts.map((worker) => ({ worker, action: 'job_control', reason: 'content' })),
    );
    expect((await bucket.maand(['deploy', '--build'])).status).toBe(0);
    expect(named(await bucket.journal())).toEqual([
      `restart ${first}`,
      `verify ${first}`,
      `restart ${second}`,
      `restart ${third}`,
    ]);
    expect((await bucket.maand(['job', 'reload', 'web', '--allocations', second])).status).toBe(0);
    expect(named(await bucket.journal())).toEqual([`reload ${second}`]);
  });

  it('starts at the worker that a pre_deploy hook puts first', async () => {
    const bucket = await withScript(CANARY, {
      hooks: { hook_order: { executed_on: ['pre_deploy'] }, hook_roll: { executed_on: ['job_control'] } },
    });
    await bucket.write(
      'workspace/jobs/web/_hooks/hook_order.py',
      `import maand\nmaand.put_rollout_order(["${third}"]).raise_for_status()\n`,
    );
    expect((await bucket.maand(['deploy', '--build'])).status).toBe(0);
    expect(named(await bucket.journal())).toEqual([
      `start ${third}`,
      `verify ${third}`,
      `start ${first}`,
      `start ${second}`,
    ]);
  });
});

describe('a blue/green script', () => {
  it('brings up the idle colour, switches, stops the other; and switches back to nothing that is broken', async () => {
    const bucket = await withScript(BLUE_GREEN, { max_concurrent_upgrades: 2 });
    await bucket.useWorkers(farm.workers.slice(0, 2));
    expect((await bucket.maand(['deploy', '--build'])).status).toBe(0);
    expect(named(await bucket.journal())).toEqual([`start ${first}`, `verify ${first}`]);
    expect(await live(bucket)).toBe(first);

    await bucket.write('workspace/jobs/web/release.txt', '2\n');
    expect((await bucket.maand(['deploy', '--build'])).status).toBe(0);
    expect(named(await bucket.journal())).toEqual([`restart ${second}`, `verify ${second}`, `stop ${first}`]);
    expect(await live(bucket)).toBe(second);

    await bucket.write('workspace/jobs/web/release.txt', '3\n');
    await bucket.write('broken', '');
    expect((await bucket.maand(['deploy', '--build'])).status).toBe(1);
    expect(named(await bucket.journal())).toEqual([`restart ${first}`, `verify ${first}`]);
    expect(await live(bucket)).toBe(second);

    await bucket.remove('broken');
    expect((await bucket.maand(['deploy'])).status).toBe(0);
    expect(named(await bucket.journal())).toEqual([`restart ${first}`, `verify ${first}`, `stop ${second}`]);
    expect((await bucket.maand(['deploy', '--json'])).json.jobs).toMatchObject([{ outcome: 'skipped' }]);
    expect(await bucket.journal()).toEqual([]);
  });
});

describe('job_control', () => {
  const noting = (bucket: TestBucket) => `${NOTE}
target = os.environ.get("TARGET", "-")
lists = [os.environ.get(name, "-") or "none" for name in ("NEW_ALLOCATIONS", "UPDATED_ALLOCATIONS", "BATCH_ALLOCATIONS", "BATCH_INDEX", "BATCH_COUNT", "DEPLOY_PHASE")]
note("${bucket.journalFile}", maand.hook_event(), maand.allocation_ip(), target, *lists)
if os.path.exists("${bucket.dir}/fail"):
    raise SystemExit(4)
`;
  async function withNotes(more: object = {}): Promise<TestBucket> {
    const bucket = await withScript('', more);
    await bucket.write('workspace/jobs/web/_hooks/hook_roll.py', noting(bucket));
    return bucket;
  }
  const call = (host: string, lists: string, batch: readonly [string, number, number]) =>
    `job_control ${host} ${lists} ${batch.join(' ')} job_control`;

  it('separates new and updated allocations', async () => {
    const bucket = await withNotes();
    await bucket.useWorkers(farm.workers.slice(0, 2));
    expect((await bucket.maand(['deploy', '--build'])).status).toBe(0);
    const fresh = `- ${first},${second} none`;
    expect(await bucket.journal()).toEqual([call(first, fresh, [first, 0, 2]), call(second, fresh, [second, 1, 2])]);
    await bucket.useWorkers(farm.workers);
    await bucket.maand(['deploy', '--build']);
    const added = `- ${third} none`;
    expect(await bucket.journal()).toEqual(hosts.map((host, at) => call(host, added, [host, at, 3])));
    await bucket.write('workspace/jobs/web/release.txt', '2\n');
    await bucket.maand(['deploy', '--build']);
    const updated = `- none ${hosts.join(',')}`;
    expect(await bucket.journal()).toEqual(hosts.map((host, at) => call(host, updated, [host, at, 3])));
  });

  it('runs for promoted allocations only with force; a failed script fails the job; make targets do not run', async () => {
    const bucket = await withNotes({ max_concurrent_upgrades: 3 });
    await bucket.maand(['deploy', '--build']);
    await bucket.journal();
    expect((await bucket.maand(['deploy', '--json'])).json.jobs).toMatchObject([{ outcome: 'skipped' }]);
    expect(await bucket.journal()).toEqual([]);
    expect((await bucket.maand(['deploy', '--force'])).status).toBe(0);
    const forced = hosts.map((host) => call(host, `- none ${hosts.join(',')}`, [hosts.join(','), 0, 1])).sort();
    expect((await bucket.journal()).sort()).toEqual(forced);
    await bucket.write('fail', '');
    const failed = await bucket.maand(['deploy', '--force', '--json']);
    expect(failed).toMatchObject({ status: 1, json: { jobs: [{ outcome: 'failed' }] } });
    expect((await bucket.journal()).sort()).toEqual(forced);
  });

  it('obeys no restart_policy', async () => {
    const bucket = await withNotes({ restart_policy: 'never', max_concurrent_upgrades: 3 });
    await bucket.maand(['deploy', '--build']);
    await bucket.journal();
    await bucket.write('workspace/jobs/web/release.txt', '2\n');
    expect((await bucket.maand(['deploy', '--build'])).status).toBe(0);
    expect(await bucket.journal()).toHaveLength(3);
  });

  it('is asked again when a broken release was taken back, since its script may have put it to use', async () => {
    const bucket = await withNotes({ max_concurrent_upgrades: 3 });
    await bucket.maand(['deploy', '--build']);
    await bucket.write('workspace/jobs/web/release.txt', 'broken\n');
    await bucket.write('fail', '');
    expect((await bucket.maand(['deploy', '--build'])).status).toBe(1);
    await bucket.remove('fail');
    await bucket.write('workspace/jobs/web/release.txt', '1\n');
    await bucket.journal();
    expect((await bucket.maand(['deploy', '--build'])).status).toBe(0);
    expect(await bucket.journal()).toHaveLength(3);
    expect((await bucket.maand(['deploy', '--json'])).json.jobs).toMatchObject([{ outcome: 'skipped' }]);
  });

  it('is applied when its script ends: the next deploy checks only health, and does not run the script for healthy jobs', async () => {
    const bucket = await withNotes({ max_concurrent_upgrades: 3 });
    await bucket.edit('workspace/jobs/web/manifest.json', (text) => {
      const check = { type: 'ssh', command: `cd / && test ! -e ${bucket.dir}/sick` };
      return JSON.stringify({ ...JSON.parse(text), health_check: { checks: [check], wait: { attempts: 1 } } });
    });
    await bucket.write('sick', '');
    const failed = await bucket.maand(['deploy', '--build', '--json']);
    expect(failed.json.jobs).toMatchObject([
      { outcome: 'failed', error: expect.stringContaining('health check failed') },
    ]);
    expect(await bucket.journal()).toHaveLength(3);
    const unnamed = await bucket.maand(['deploy', '--json']);
    expect(unnamed.json.jobs).toMatchObject([
      { outcome: 'failed', error: expect.stringContaining('maand deploy --jobs web') },
    ]);
    expect(await bucket.journal()).toEqual([]);
    const still = await bucket.maand(['deploy', '--jobs', 'web', '--json']);
    expect(still.json.jobs).toMatchObject([{ outcome: 'failed' }]);
    const again = await bucket.journal();
    expect(again.map((line) => line.split(' ').slice(3, 5))).toEqual(hosts.map(() => [hosts.join(','), 'none']));
    await bucket.remove('sick');
    expect((await bucket.maand(['deploy', '--json'])).json.jobs).toMatchObject([{ outcome: 'deployed' }]);
    expect(await bucket.journal()).toEqual([]);
  });

  it('is left out by --sync-only; the files are promoted', async () => {
    const bucket = await withNotes({ max_concurrent_upgrades: 3 });
    await bucket.maand(['deploy', '--build']);
    await bucket.journal();
    await bucket.write('workspace/jobs/web/release.txt', '2\n');
    expect((await bucket.maand(['deploy', '--build', '--sync-only'])).status).toBe(0);
    expect(await bucket.journal()).toEqual([]);
    expect((await bucket.maand(['deploy', '--json'])).json.jobs).toMatchObject([{ outcome: 'skipped' }]);
    const folder = await bucket.folderOn(farm.workers[0] as (typeof farm.workers)[number]);
    expect(await readFile(join(folder, 'jobs/web/release.txt'), 'utf8')).toBe('2\n');
  });

  it('in a command it runs only for the chosen workers, with TARGET and their batch', async () => {
    const bucket = await withNotes();
    await bucket.maand(['deploy', '--build']);
    await bucket.journal();
    const one = await bucket.maand(['job', 'restart', 'web', '--allocations', second, '--json']);
    expect(one, one.stderr).toMatchObject({
      status: 0,
      json: { ok: true, target: 'restart', jobs: [{ job: 'web', outcome: 'succeeded', workers: [] }] },
    });
    expect(one.json.hooks).toMatchObject([{ hook: 'hook_roll', event: 'job_control', worker: second, exit_code: 0 }]);
    expect(await bucket.journal()).toEqual([call(second, 'restart - -', [second, 0, 1])]);
    expect((await bucket.maand(['job', 'run', 'web', '--target', 'Failover'])).status).toBe(0);
    expect(await bucket.journal()).toEqual(hosts.map((host, at) => call(host, 'Failover - -', [host, at, 3])));
    await bucket.write('fail', '');
    const failed = await bucket.maand(['job', 'stop', 'web']);
    expect(failed).toMatchObject({
      status: 1,
      stdout: expect.stringContaining('job web target stop: job web hook hook_roll failed'),
    });
    expect(await bucket.journal()).toHaveLength(1);
  });

  it('in a command it skips disabled allocations and keeps the values of the script, except for status', async () => {
    const bucket = await withNotes();
    await bucket.write(
      'workspace/jobs/web/_hooks/hook_roll.py',
      `${noting(bucket)}\nif target != "-":\n    maand.kv.put("last", target)\n`,
    );
    await bucket.write('workspace/disabled.json', JSON.stringify({ jobs: { web: { allocations: [first, second] } } }));
    await bucket.maand(['deploy', '--build']);
    await bucket.journal();
    expect((await bucket.maand(['job', 'restart', 'web'])).status).toBe(0);
    expect(await bucket.journal()).toEqual([call(third, 'restart - -', [third, 0, 1])]);
    const last = () => bucket.maand(['cat', 'kv', 'get', 'vars/job/web', 'last', '--json']);
    expect((await last()).json.value).toBe('restart');
    const status = await bucket.maand(['job', 'status', 'web']);
    expect(status).toMatchObject({ status: 1, stderr: expect.stringContaining('takes no lock and saves nothing') });
    expect((await last()).json.value).toBe('restart');
    expect(await bucket.maand(['job', 'restart', 'web', '--allocations', first])).toMatchObject({
      status: 0,
      stdout: expect.stringContaining(`disabled on ${first}`),
    });
  });
});
