import { access, mkdir, open, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareText } from '../../src/base/order.ts';
import { fingerprint } from '../support/fingerprint.ts';
import { type Farm, type FarmWorker, startFarm } from '../support/ssh-farm.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { TestBucket } from '../support/test-bucket.ts';

let farm: Farm;
beforeAll(async () => {
  farm = await startFarm({ workers: 3 });
});
afterAll(() => farm.stop());

const labelled = (label: string) => ({ version: '1.0.0', selectors: [label] });
const SECRETIVE = {
  hooks: { hook_secret: { executed_on: ['pre_deploy'] } },
};
const FILES = { '_hooks/hook_secret.py': 'import maand\nmaand.kv.put_secret("password", "correct-horse")\n' };

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/**
 * Returns a bucket with deployed jobs: `api` on the first two workers, `web` on all workers. Each job has a file in `data/`.
 */
async function deployed(): Promise<TestBucket> {
  const bucket = await TestBucket.create(farm);
  await bucket.useWorkers(farm.workers, (at) => (at < 2 ? ['api'] : []));
  await bucket.addJob('api', { ...labelled('api'), ...SECRETIVE }, FILES);
  await bucket.addJob('web', labelled('worker'));
  const run = await bucket.maand(['deploy', '--build']);
  expect(run.status, run.stderr).toBe(0);
  return bucket;
}

const folderOf = async (bucket: TestBucket, worker: FarmWorker, job: string): Promise<string> =>
  join(await bucket.folderOn(worker), 'jobs', job);

const removedRows = async (bucket: TestBucket): Promise<string[]> => {
  const { json } = await bucket.maand(['cat', 'deployments', '--json']);
  const gone = json.filter((row: Record<string, string>) => row.rollout === 'removed');
  return gone.map((row: Record<string, string>) => `${row.job}@${row.worker_ip}`);
};

const secretOf = async (bucket: TestBucket, job: string): Promise<string | undefined> =>
  (await bucket.maand(['cat', 'kv', 'get', `secrets/job/${job}`, 'password', '--reveal', '--json'])).json?.value;

describe('gc', () => {
  it('refuses running allocations; after a deploy it removes folders, records and keys, and then has nothing to do', async () => {
    const bucket = await deployed();
    const byHost = farm.workers.slice(0, 2).sort((a, b) => (a.host < b.host ? -1 : 1)); // the farm assigns addresses at random
    const [first, second] = byHost as [FarmWorker, FarmWorker];
    await bucket.useWorkers(farm.workers); // no worker has the label now
    expect(await bucket.maand(['gc'])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('run maand build first'),
    });
    const build = await bucket.maand(['build']);
    expect(build.stdout).toContain(`removed: api on ${first.host}, the next deploy stops it\n`);
    expect(await bucket.maand(['gc'])).toMatchObject({
      status: 3,
      stderr: expect.stringContaining(`not been stopped yet: api@${first.host}, api@${second.host}`),
    });
    await bucket.journal();
    expect((await bucket.maand(['deploy', '--allow-stops', 'all'])).status).toBe(0);
    expect((await bucket.journal()).map((line) => line.split(' ')[0])).toEqual(['stop', 'stop']);
    expect(await bucket.filesOn(first, 'jobs/api')).toEqual([]);
    expect(await exists(join(await folderOf(bucket, first, 'api'), 'data'))).toBe(true); // the files that the job kept
    expect((await bucket.maand(['build'])).stdout).toContain('2 removed allocations left files behind: maand gc');
    const idle = await bucket.maand(['deploy', '--build', '--json']);
    expect([idle.status, idle.json.reconcile]).toEqual([0, []]);

    const before = await fingerprint(bucket.dir);
    const rehearsal = await bucket.maand(['gc', '--dry-run']);
    expect(rehearsal.stdout).toContain(`api@${first.host}: folder would be removed, with data/ and logs/\n`);
    expect(await fingerprint(bucket.dir)).toBe(before);
    expect(await exists(await folderOf(bucket, first, 'api'))).toBe(true);

    const run = await bucket.maand(['gc', '--json']);
    expect(run).toMatchObject({
      status: 0,
      json: {
        ok: true,
        dry_run: false,
        allocations: [
          { job: 'api', worker: first.host, allocation_id: expect.any(String), folder: 'removed' },
          { job: 'api', worker: second.host, folder: 'removed' },
        ],
      },
    });
    for (const worker of [first, second]) {
      expect(await exists(await folderOf(bucket, worker, 'api'))).toBe(false);
      expect(await exists(await folderOf(bucket, worker, 'web'))).toBe(true);
    }
    expect(await removedRows(bucket)).toEqual([]);
    const connections = await bucket.connections();
    expect((await bucket.maand(['gc'])).stdout).toMatch(/^no removed allocation has left anything behind\n/);
    expect(await bucket.connections()).toEqual(connections);
  });

  it('keeps secrets of a job that is elsewhere, be it disabled there', async () => {
    const bucket = await deployed();
    const [first, second] = farm.workers as [FarmWorker, FarmWorker];
    await bucket.useWorkers(farm.workers, (at) => (at === 0 ? ['api'] : []));
    await bucket.write('workspace/disabled.json', '{ "jobs": { "api": {} } }');
    expect((await bucket.maand(['deploy', '--build'])).status).toBe(0);
    expect(await removedRows(bucket)).toEqual([`api@${second.host}`]);
    expect((await bucket.maand(['gc'])).status).toBe(0);
    expect(await removedRows(bucket)).toEqual([]);
    expect(await exists(await folderOf(bucket, second, 'api'))).toBe(false);
    expect(await exists(await folderOf(bucket, first, 'api'))).toBe(true);
    expect(await secretOf(bucket, 'api')).toBe('correct-horse');
  });

  it('starts an allocation that came back after its deploy as a new one', async () => {
    const bucket = await deployed();
    const labels = (at: number) => (at < 2 ? ['api'] : []);
    await bucket.useWorkers(farm.workers);
    await bucket.maand(['deploy', '--build', '--allow-stops', 'all']);
    await bucket.useWorkers(farm.workers, labels);
    await bucket.journal();
    expect((await bucket.maand(['deploy', '--build'])).status).toBe(0);
    const starts = farm.workers.slice(0, 2).map(({ host }) => `start api ${host} 0.0.0 1.0.0`);
    expect((await bucket.journal()).sort(compareText)).toEqual(starts.sort(compareText));
  });

  it('skips an unreachable worker and cleans it in the next run', async () => {
    const bucket = await deployed();
    const [first, second] = farm.workers as [FarmWorker, FarmWorker];
    await bucket.useWorkers(farm.workers);
    await bucket.maand(['deploy', '--build', '--allow-stops', 'all']);
    const reachable = { ...second };
    await bucket.edit('workspace/workers.json', (text) => text.replace(`"port": ${second.port}`, '"port": 1'));
    await bucket.maand(['build']);
    const run = await bucket.maand(['gc']);
    expect(run.status).toBe(1);
    expect(run.stdout).toContain(`api@${first.host}: folder removed`);
    expect(run.stdout).toContain(`api@${second.host}: folder not removed: worker ${second.host}`);
    expect(await removedRows(bucket)).toEqual([`api@${second.host}`]);
    expect(await exists(await folderOf(bucket, second, 'api'))).toBe(true);
    await bucket.edit('workspace/workers.json', (text) => text.replace('"port": 1,', `"port": ${reachable.port},`));
    await bucket.maand(['build']);
    expect((await bucket.maand(['gc'])).status).toBe(0);
    expect(await exists(await folderOf(bucket, second, 'api'))).toBe(false);
    expect(await removedRows(bucket)).toEqual([]);
  });

  it('removes the folder of the bucket, and files of earlier deploys, on a worker that left', async () => {
    const bucket = await deployed();
    const [first, second] = farm.workers as [FarmWorker, FarmWorker];
    await bucket.useWorkers(farm.workers);
    await bucket.maand(['deploy', '--build', '--allow-stops', 'all']); // api is stopped everywhere, but its data/ stays
    await bucket.useWorkers([first]);
    expect((await bucket.maand(['deploy', '--build'])).status).toBe(0); // web is stopped on the other workers
    expect(await exists(await bucket.folderOn(second))).toBe(false);
    expect(await removedRows(bucket)).toEqual([`api@${first.host}`]);
  });

  it('takes the lock', async () => {
    const bucket = await deployed();
    const owner = { runId: '1', command: 'deploy', actor: 'kim', url: '', host: 'elsewhere', pid: 1, since: '' };
    await bucket.write('data/state.lock', JSON.stringify(owner));
    expect((await bucket.maand(['gc'])).status).toBe(3);
  });
});

/**
 * Returns a farm with two workers. When the folder `gate` exists and a run has the lock on the second worker, the next
 * session on that worker makes a FIFO in the folder. The session waits until a test opens the FIFO.
 */
async function gatedFarm(): Promise<Farm & { readonly gate: string }> {
  const folder = await temporaryFolder();
  const gate = join(folder, 'gate');
  const session = join(folder, 'session.sh');
  await writeFile(
    session,
    `case $HOME in
  */w1/home) ! ls "$HOME"/../root/.maand/*.lock >/dev/null 2>&1 || ! mkfifo ${gate}/fifo 2>/dev/null || cat ${gate}/fifo ;;
esac
exec sh -c "$SSH_ORIGINAL_COMMAND"
`,
  );
  return { ...(await startFarm({ workers: 2, sshdLines: [`ForceCommand sh ${session}`] })), gate };
}

const FLEET = ['--state', 'workers'];

const stateFilesOn = async ({ root }: FarmWorker): Promise<string[]> =>
  (await readdir(join(root, '.maand'))).filter((name) => /^[0-9a-f]{32}/.test(name));

describe('gc with state on the workers', () => {
  it('removes nothing from a worker that a newer run has taken over', async () => {
    await using own = await gatedFarm();
    const [first, second] = own.workers as [FarmWorker, FarmWorker];
    const bucket = await TestBucket.create(own);
    await bucket.addJob('api', labelled('api'));
    await bucket.useWorkers(own.workers, () => ['api']);
    expect((await bucket.maand([...FLEET, 'deploy', '--build'])).status).toBe(0);
    await bucket.useWorkers(own.workers);
    expect((await bucket.maand([...FLEET, 'deploy', '--build', '--allow-stops', 'all'])).status).toBe(0);
    const [id = ''] = (await readdir(second.root)).filter((name) => !name.startsWith('.'));
    const folderOn = ({ root }: FarmWorker) => join(root, id, 'jobs/api');

    await mkdir(own.gate);
    const collecting = bucket.maand([...FLEET, 'gc']);
    await expect.poll(() => exists(join(own.gate, 'fifo')), { timeout: 30_000 }).toBe(true);
    for (const name of (await stateFilesOn(second)).filter((one) => one.endsWith('.fence'))) {
      await writeFile(join(second.root, '.maand', name), '999\n');
    }
    await (await open(join(own.gate, 'fifo'), 'w')).close();
    const run = await collecting;
    expect(run.status).toBe(1);
    expect(run.stdout).toContain(`api@${first.host}: folder removed`);
    expect(run.stdout).toContain(`api@${second.host}: folder not removed: worker ${second.host}`);
    expect(run.stdout).toContain('a newer run has taken over this worker');
    expect(await exists(folderOn(first))).toBe(false);
    expect(await exists(folderOn(second))).toBe(true);
  });

  it('leaves no mark of the state on a worker that has left', async () => {
    await using own = await startFarm({ workers: 2 });
    const [first, second] = own.workers as [FarmWorker, FarmWorker];
    const bucket = await TestBucket.create(own);
    await bucket.addJob('api', labelled('api'));
    await bucket.useWorkers(own.workers, (at) => (at === 1 ? ['api'] : []));
    expect((await bucket.maand([...FLEET, 'deploy', '--build'])).status).toBe(0);
    await bucket.useWorkers(own.workers); // only the files that the job kept remain on this worker
    expect((await bucket.maand([...FLEET, 'deploy', '--build', '--allow-stops', 'all'])).status).toBe(0);
    expect(await stateFilesOn(second)).not.toEqual([]);
    await bucket.useWorkers([first]);
    expect((await bucket.maand([...FLEET, 'build'])).status).toBe(0);
    const run = await bucket.maand([...FLEET, 'gc']);
    expect(run.status, run.stderr).toBe(0);
    expect(run.stdout).toContain(`api@${second.host}: folder removed`);
    expect(await stateFilesOn(second)).toEqual([]);
    expect((await readdir(second.root)).filter((name) => name !== '.maand')).toEqual([]);
    expect((await bucket.maand([...FLEET, 'deploy', '--build'])).status).toBe(0); // the state still exists on the first worker
  });
});
