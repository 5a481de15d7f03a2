/** Tests that a deploy asks its workers and repairs what it finds, even when the state shows nothing to do. */
import { cp, mkdir, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MaandRun } from '../support/run-maand.ts';
import { emptyRoots, type Farm, type FarmWorker, startFarm } from '../support/ssh-farm.ts';
import { TestBucket } from '../support/test-bucket.ts';

let farm: Farm;
let hosts: string[];

beforeAll(async () => {
  farm = await startFarm({ workers: 3 });
  hosts = farm.workers.map(({ host }) => host);
});
afterAll(() => farm.stop());

const everywhere = { version: '1.0.0', selectors: ['worker'] };
const KINDS = [
  { kind: 'in a file', flags: [] },
  { kind: 'on the workers', flags: ['--state', 'workers'] },
] as const;

/** A bucket whose jobs `web` and `api` run on all workers. */
class LookSite {
  readonly bucket: TestBucket;
  readonly #flags: readonly string[];

  private constructor(bucket: TestBucket, flags: readonly string[]) {
    this.bucket = bucket;
    this.#flags = flags;
  }

  static async create(flags: readonly string[] = []): Promise<LookSite> {
    await emptyRoots(farm.workers);
    const site = new LookSite(await TestBucket.create(farm), flags);
    await site.bucket.addJob('web', everywhere);
    await site.bucket.addJob('api', { ...everywhere, restart_policy: 'reload', restart_globs: ['*.conf'] });
    const { status, stderr } = await site.maand('deploy', '--build');
    if (status !== 0) throw new Error(`the first deploy failed: ${stderr}`);
    await site.bucket.journal();
    return site;
  }

  maand(...words: readonly string[]): Promise<MaandRun> {
    return this.bucket.maand([...this.#flags, ...words]);
  }

  /** `<root>/<bucket id>` on a worker. */
  async folder(at: number): Promise<string> {
    const root = farm.workers[at]?.root ?? '';
    const [bucketId = ''] = (await readdir(root)).filter((name) => !name.startsWith('.'));
    return join(root, bucketId);
  }

  /** Returns `TARGET JOB HOST` for each target that ran since the previous call, sorted. */
  async ran(): Promise<string[]> {
    return (await this.bucket.journal()).map((line) => line.split(' ').slice(0, 3).join(' ')).sort();
  }

  async steps(run: MaandRun): Promise<string[]> {
    type Allocation = { readonly worker: string; readonly action: string; readonly reason: string };
    const waves: { readonly jobs: readonly { readonly job: string; readonly allocations: readonly Allocation[] }[] }[] =
      run.json.waves;
    return waves
      .flatMap(({ jobs }) => jobs)
      .flatMap(({ job, allocations }) =>
        allocations
          .filter(({ action }) => action !== 'skip')
          .map(({ worker, action, reason }) => `${action} ${job} ${worker} ${reason}`),
      );
  }
}

describe.each(KINDS)('with the state $kind, a deploy', ({ flags }) => {
  it('starts the missing jobs on a worker whose root was emptied, and changes no other worker', async () => {
    const site = await LookSite.create(flags);
    await emptyRoots(farm.workers.slice(1, 2));
    const plan = await site.maand('plan', '--json');
    expect(plan).toMatchObject({ status: 0, json: { required: true, looked: true, not_looked: [] } });
    expect(await site.maand('doctor')).toMatchObject({
      status: 1,
      stdout: expect.stringMatching(new RegExp(`${hosts[1]} +worker.json +failed +nothing of this bucket is there`)),
    });
    expect(await site.steps(plan)).toEqual([`start api ${hosts[1]} missing`, `start web ${hosts[1]} missing`]);
    const deployed = await site.maand('deploy', '--json');
    expect(deployed.status, deployed.stderr).toBe(0);
    expect(await site.ran()).toEqual([`start api ${hosts[1]}`, `start web ${hosts[1]}`]);
    expect((await site.maand('deploy')).status).toBe(0);
    expect(await site.ran()).toEqual([]);
  });

  it('starts a job whose folder was removed by hand; --force rolls the others as usual', async () => {
    const site = await LookSite.create(flags);
    await rm(join(await site.folder(0), 'jobs/web'), { recursive: true });
    const deployed = await site.maand('deploy', '--force', '--jobs', 'web');
    expect(deployed.status, deployed.stderr).toBe(0);
    const expected = [`restart web ${hosts[1]}`, `restart web ${hosts[2]}`, `start web ${hosts[0]}`];
    expect(await site.ran()).toEqual(expected.sort());
  });

  it('refuses a job that is missing on all workers, and continues with the others', async () => {
    const site = await LookSite.create(flags);
    for (const at of [0, 1, 2]) await rm(join(await site.folder(at), 'jobs/web'), { recursive: true });
    await site.bucket.write('workspace/jobs/api/release.txt', '2\n');
    const refused = await site.maand('deploy', '--build', '--json');
    expect(refused.status).toBe(1);
    const errors = refused.json.jobs.map(({ job, error = '' }: { job: string; error?: string }) => [
      job,
      error.includes('job-missing'),
    ]);
    expect(Object.fromEntries(errors)).toEqual({ api: false, web: true });
    expect(await site.ran()).toEqual(hosts.map((host) => `reload api ${host}`).sort());
    expect((await site.maand('deploy', '--force', '--jobs', 'web')).status).toBe(0);
    expect(await site.ran()).toEqual(hosts.map((host) => `start web ${host}`).sort());
  });

  it('does not take a folder on a disk that is not mounted for a missing one', async () => {
    const site = await LookSite.create(flags);
    const jobs = join(await site.folder(0), 'jobs');
    const disk = join(dirname(farm.workers[0]?.root ?? ''), 'disk');
    await rename(jobs, disk);
    await symlink(disk, jobs);
    expect((await site.maand('deploy')).status).toBe(0);
    expect(await site.ran()).toEqual([]);
    await rename(disk, `${disk}.gone`);
    const refused = await site.maand('deploy');
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain(`worker ${hosts[0]}: ${jobs} is a link that leads nowhere (is its disk mounted?)`);
    expect(await site.ran()).toEqual([]);
    await rm(`${disk}.gone`, { recursive: true });
  });

  it('rolls a worker that was restored from an older image, and restarts where a reload would do elsewhere', async () => {
    const site = await LookSite.create(flags);
    const folder = await site.folder(2);
    const image = join(dirname(farm.workers[2]?.root ?? ''), 'image');
    await cp(folder, image, { recursive: true });
    for (const job of ['web', 'api']) await site.bucket.write(`workspace/jobs/${job}/release.txt`, '2\n');
    expect((await site.maand('deploy', '--build')).status).toBe(0);
    await site.bucket.journal();
    for (const name of ['jobs', 'worker.json', 'jobs.json']) {
      await rm(join(folder, name), { recursive: true });
      await cp(join(image, name), join(folder, name), { recursive: true });
    }
    await rm(image, { recursive: true });
    const deployed = await site.maand('deploy');
    expect(deployed.status, deployed.stderr).toBe(0);
    expect(await site.ran()).toEqual([`restart api ${hosts[2]}`, `restart web ${hosts[2]}`]);
    expect(await readFile(join(folder, 'jobs/web/release.txt'), 'utf8')).toBe('2\n');
  });

  it.each([
    ['was removed', (file: string) => rm(file)],
    ['is damaged', (file: string) => writeFile(file, '{')],
  ])('writes a worker.json again that %s, and runs no target', async (_what, spoil) => {
    const site = await LookSite.create(flags);
    const file = join(await site.folder(1), 'worker.json');
    const before = JSON.parse(await readFile(file, 'utf8'));
    await spoil(file);
    expect((await site.maand('job', 'restart', 'web')).status).toBe(1);
    expect((await site.maand('deploy')).status).toBe(0);
    expect(await site.ran()).toEqual([]);
    const { worker_id: workerId, bucket_id: bucketId } = JSON.parse(await readFile(file, 'utf8'));
    expect({ workerId, bucketId }).toEqual({ workerId: before.worker_id, bucketId: before.bucket_id });
    expect((await site.maand('job', 'restart', 'web')).status).toBe(0);
  });
});

describe('a look', () => {
  it('is skipped only with --trust-state, and only when the state in a file shows nothing to do', async () => {
    const site = await LookSite.create();
    await emptyRoots(farm.workers.slice(0, 1));
    const before = await site.bucket.connections();
    expect((await site.maand('deploy', '--trust-state')).status).toBe(0);
    expect(await site.bucket.connections()).toEqual(before);
    await site.bucket.write('workspace/jobs/api/release.txt', '2\n');
    expect((await site.maand('deploy', '--build', '--trust-state')).status).toBe(0);
    expect(await site.ran()).toContain(`start web ${hosts[0]}`);
    const onWorkers = await LookSite.create(['--state', 'workers']);
    expect(await onWorkers.maand('deploy', '--trust-state')).toMatchObject({ status: 2 });
  });

  it('costs one connection a worker, and a plan does not fail for a worker that is silent', async () => {
    const site = await LookSite.create();
    const before = await site.bucket.connections();
    expect((await site.maand('deploy')).status).toBe(0);
    const after = await site.bucket.connections();
    expect(after.map((count, at) => count - (before[at] ?? 0))).toEqual([1, 1, 1]);
    const text = await readFile(join(site.bucket.dir, 'workspace/workers.json'), 'utf8');
    const listed = JSON.parse(text) as { host: string; port: number }[];
    const moved = listed.map((worker, at) => (at === 2 ? { ...worker, port: 1 } : worker)); // no process listens on port 1
    await site.bucket.write('workspace/workers.json', JSON.stringify(moved));
    const plan = await site.maand('plan', '--json');
    expect(plan).toMatchObject({ status: 0, json: { required: false, looked: true, not_looked: [hosts[2]] } });
    const deployed = await site.maand('deploy', '--build');
    expect(deployed.status, deployed.stderr).toBe(0);
    expect(deployed.stderr).toContain(`not looked at, because they did not answer: ${hosts[2]}`);
    await rm(join(site.bucket.dir, 'secrets/worker.key'));
    expect(await site.maand('plan', '--json')).toMatchObject({ status: 0, json: { looked: false } });
  });

  it('does not change the digest of a plan, so an approval stays valid', async () => {
    const site = await LookSite.create();
    const { digest } = (await site.maand('plan', '--json')).json;
    await rm(join(await site.folder(1), 'jobs/web'), { recursive: true });
    const plan = await site.maand('plan', '--json');
    expect(plan.json).toMatchObject({ digest, required: true });
    const deployed = await site.maand('deploy', '--plan-digest', digest);
    expect(deployed.status, deployed.stderr).toBe(0);
    expect(await site.ran()).toEqual([`start web ${hosts[1]}`]);
  });
});

describe('the writer of worker.json', () => {
  const writerOn = async (site: LookSite, at: number) =>
    JSON.parse(await readFile(join(await site.folder(at), 'worker.json'), 'utf8')).writer;

  it('is left by deploys and by commands that are run by hand', async () => {
    const site = await LookSite.create();
    const first = await writerOn(site, 0);
    expect(first).toMatchObject({ kind: 'file', serial: expect.any(Number) });
    expect((await site.maand('build')).status).toBe(0);
    await site.bucket.write('workspace/jobs/api/release.txt', '2\n');
    expect((await site.maand('build')).status).toBe(0);
    expect((await site.maand('deploy', '--jobs', 'api')).status).toBe(0);
    const second = await writerOn(site, 0);
    expect(second.serial).toBeGreaterThan(first.serial);
    await site.bucket.write('workspace/jobs/web/release.txt', '2\n');
    expect((await site.maand('build')).status).toBe(0);
    expect((await site.maand('run_command', 'true')).status).toBe(0);
    expect((await writerOn(site, 0)).serial).toBeGreaterThan(second.serial);
  });

  it('refuses a laptop whose state was moved to the workers, and names the last writer', async () => {
    const site = await LookSite.create();
    const shared = (...words: string[]) => site.bucket.maand(['--state', 'workers', ...words]);
    expect((await shared('state', 'adopt')).status).toBe(0);
    // The laptop has not pulled the line that adopt wrote.
    await site.bucket.edit('maand.conf', (conf) => conf.replace(/^state = .*\n/m, ''));
    await site.bucket.write('workspace/jobs/web/release.txt', '2\n');
    const first = await shared('deploy', '--build');
    expect(first.status, first.stderr).toBe(0);
    await site.bucket.journal();
    await site.bucket.write('workspace/jobs/web/release.txt', '3\n');
    for (const words of [['deploy', '--build'], ['run_command', 'true'], ['plan']]) {
      const refused = await site.maand(...words);
      expect([words, refused.status, refused.stderr]).toEqual([words, 3, expect.stringContaining('state-elsewhere')]);
      expect(refused.stderr).toContain('on the workers, serial');
    }
    expect(await site.ran()).toEqual([]);
  });

  it('stops the shared state when a laptop went on deploying after it was adopted', async () => {
    const site = await LookSite.create();
    const shared = (...words: string[]) => site.bucket.maand(['--state', 'workers', ...words]);
    expect((await shared('state', 'adopt')).status).toBe(0);
    // The laptop has not pulled the line that adopt wrote.
    await site.bucket.edit('maand.conf', (conf) => conf.replace(/^state = .*\n/m, ''));
    await site.bucket.write('workspace/jobs/web/release.txt', '2\n');
    expect((await site.maand('deploy', '--build')).status).toBe(0);
    await site.bucket.journal();
    const refused = await shared('deploy', '--build');
    expect(refused).toMatchObject({ status: 3, stderr: expect.stringContaining('state-elsewhere') });
    expect(refused.stderr).toContain('in a file, serial');
    expect(await site.ran()).toEqual([]);
  });

  it('stops an old copy of a state in a file', async () => {
    const site = await LookSite.create();
    const copy = join(site.bucket.dir, 'old-data');
    await cp(join(site.bucket.dir, 'data'), copy, { recursive: true });
    await site.bucket.write('workspace/jobs/web/release.txt', '2\n');
    expect((await site.maand('deploy', '--build')).status).toBe(0);
    await rm(join(site.bucket.dir, 'data'), { recursive: true });
    await rename(copy, join(site.bucket.dir, 'data'));
    await site.bucket.journal();
    expect(await site.maand('deploy', '--build')).toMatchObject({
      status: 3,
      stderr: expect.stringContaining('state-elsewhere'),
    });
    expect(await site.ran()).toEqual([]);
    const recovered = await site.maand('state', 'recover', '--accept-rollback', '--reason', 'the newer one is lost');
    expect(recovered.status, recovered.stderr).toBe(0);
    expect((await site.maand('deploy', '--build')).status).toBe(0);
    const rolled = hosts.flatMap((host) => [`reload api ${host}`, `restart web ${host}`]);
    expect(await site.ran()).toEqual(rolled.sort());
  });

  it('fails only the worker that another state wrote, when it is one of three', async () => {
    const site = await LookSite.create();
    const file = join(await site.folder(1), 'worker.json');
    const identity = JSON.parse(await readFile(file, 'utf8'));
    const writer = { kind: 'workers', name: 'shop/default', serial: 9, run: 'bob (run 7) at noon' };
    await writeFile(file, JSON.stringify({ ...identity, writer }));
    await site.bucket.addJob('solo', { selectors: ['solo'] });
    await site.bucket.useWorkers(farm.workers, (at) => (at === 0 ? ['solo'] : []));
    const deployed = await site.maand('deploy', '--build', '--json');
    expect(deployed.status).toBe(1);
    const outcomes = deployed.json.jobs.map(({ job, outcome }: { job: string; outcome: string }) => [job, outcome]);
    expect(Object.fromEntries(outcomes)).toEqual({ solo: 'deployed', web: 'failed', api: 'failed' });
    expect(deployed.stderr).toContain(
      `worker ${hosts[1]}: another state wrote there last: "shop/default" on the workers`,
    );
    expect(await site.ran()).toEqual([`start solo ${hosts[0]}`]);
  });
});

describe('two addresses', () => {
  it('of one worker are refused before a delivery; for a clone, the error names the file to remove', async () => {
    await emptyRoots(farm.workers);
    const bucket = await TestBucket.create(farm);
    const [first, second] = farm.workers as [FarmWorker, FarmWorker];
    // Both sshd run on this machine, so the same root is the same folder, as for a host with two names.
    const entries = [first, second].map(({ host, port, user }) => ({ host, port, user, root: first.root }));
    await bucket.write('workspace/workers.json', JSON.stringify(entries));
    await bucket.addJob('web', everywhere);
    const refused = await bucket.maand(['deploy', '--build']);
    expect(refused).toMatchObject({ status: 3, stderr: expect.stringContaining('[worker-twice]') });
    expect(refused.stderr).toContain(`${first.host} and ${second.host} are two addresses of one worker`);
    expect(await readdir(first.root)).toEqual(['.maand']);
    expect(await bucket.journal()).toEqual([]);
    await bucket.useWorkers([first, second]); // two roots on one machine are two workers
    const deployed = await bucket.maand(['deploy', '--build']);
    expect(deployed.status, deployed.stderr).toBe(0);
  });
});

describe.each(KINDS)('with the state $kind, a worker under a new address', ({ flags }) => {
  /**
   * Gives the second worker the address of the third sshd and keeps its root. The effect is that its machine has a new address.
   */
  const moveSecond = async (bucket: TestBucket) => {
    const [first, second] = farm.workers as [FarmWorker, FarmWorker];
    const entries = [
      { host: first.host, port: first.port, user: first.user, root: first.root },
      { host: hosts[2], port: farm.workers[2]?.port, user: second.user, root: second.root },
    ];
    await bucket.write('workspace/workers.json', JSON.stringify(entries));
  };

  it.each([
    ['deploy --build', [['deploy', '--build']]],
    ['build, then deploy', [['build'], ['deploy']]],
  ])('keeps its allocations and their data, and nothing is started or stopped: %s', async (_title, commands) => {
    await emptyRoots(farm.workers);
    const bucket = await TestBucket.create(farm);
    const [first, second] = farm.workers as [FarmWorker, FarmWorker];
    await bucket.useWorkers([first, second]);
    await bucket.addJob('web', everywhere);
    // A Makefile without the address of the worker, so that its content stays the same.
    await bucket.remove('workspace/jobs/web/Makefile.tpl');
    const makefile = ['start', 'stop', 'restart']
      .map((target) => `${target}:\n\t@echo ${target} >>data/ran\n`)
      .join('');
    await bucket.write('workspace/jobs/web/Makefile', `$(shell mkdir -p data)\n${makefile}`);
    expect((await bucket.maand([...flags, 'deploy', '--build'])).status).toBe(0);
    const ran = async () => {
      const [bucketId = ''] = (await readdir(second.root)).filter((name) => !name.startsWith('.'));
      return readFile(join(second.root, bucketId, 'jobs/web/data/ran'), 'utf8');
    };
    expect(await ran()).toBe('start\n');
    await moveSecond(bucket);
    const plan = await bucket.maand([...flags, 'plan', '--json']);
    expect(plan, plan.stderr).toMatchObject({ status: 0, json: { required: false, reconcile: [] } });
    for (const words of commands) {
      const run = await bucket.maand([...flags, ...words]);
      expect(run.status, run.stderr).toBe(0);
    }
    expect(await ran()).toBe('start\n');
    await bucket.write('workspace/jobs/web/release.txt', '2\n');
    const changed = await bucket.maand([...flags, 'deploy', '--build']);
    expect(changed.status, changed.stderr).toBe(0);
    expect(await ran()).toBe('start\nrestart\n');
  });
});

describe('the first deploy of a state', () => {
  it('is refused where a bucket with the same jobs is deployed that no other state explains', async () => {
    const site = await LookSite.create();
    await mkdir(join(site.bucket.dir, 'lost'));
    await rename(join(site.bucket.dir, 'data'), join(site.bucket.dir, 'lost/data'));
    const again = await site.maand('init', site.bucket.dir);
    expect(again.status, again.stderr).toBe(0);
    const refused = await site.maand('deploy', '--build');
    expect(refused).toMatchObject({ status: 3, stderr: expect.stringContaining('[state-lost]') });
    expect(refused.stderr).toContain('maand state adopt');
    expect(await site.ran()).toEqual([]);
    expect((await site.maand('build')).status).toBe(0); // a build changes no worker
  });

  it('is refused on workers of another environment of this bucket', async () => {
    const site = await LookSite.create();
    expect((await site.maand('--environment', 'staging', 'init', site.bucket.dir)).status).toBe(0);
    const refused = await site.maand('--environment', 'staging', 'deploy', '--build');
    expect(refused).toMatchObject({ status: 3, stderr: expect.stringContaining('[state-other-name]') });
    expect(refused.stderr).not.toContain('adopt');
    expect(await site.ran()).toEqual([]);
  });
});
