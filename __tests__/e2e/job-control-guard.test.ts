/** Tests the checks before a target that a user runs: the state on workers, the lock, and newer runs. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, open, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLI } from '../support/run-maand.ts';
import { emptyRoots, type Farm, type FarmWorker, startFarm } from '../support/ssh-farm.ts';
import { TestBucket } from '../support/test-bucket.ts';

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

async function deployed(): Promise<TestBucket> {
  const bucket = await TestBucket.create(farm);
  await bucket.addJob('web', everywhere);
  expect((await bucket.maand(['deploy', '--build'])).status).toBe(0);
  await bucket.journal();
  return bucket;
}

describe('maand job checks what is deployed on workers', () => {
  const edit = async (bucket: TestBucket, worker: FarmWorker | undefined, change: (text: string) => string) => {
    const file = join(await bucket.folderOn(worker as FarmWorker), 'worker.json');
    await writeFile(file, change(await readFile(file, 'utf8')));
  };

  it('refuses with the reason, and runs nothing anywhere', async () => {
    const bucket = await deployed();
    await edit(bucket, workers[0], (text) => text.replace(/"bucket_id": *"[^"]*"/, '"bucket_id": "x"'));
    await edit(bucket, workers[1], (text) => text.replace(/"worker_id": *"[^"]*"/, '"worker_id": "x"'));
    await edit(bucket, workers[2], (text) => text.replace(/"update_seq": *\d+/, '"update_seq": 0'));
    const run = await bucket.maand(['job', 'restart', 'web']);
    expect(run.status).toBe(1);
    expect(run.stderr).toContain(`worker ${hosts[0]}: bucket id mismatch (run maand deploy)`);
    expect(run.stderr).toContain(`worker ${hosts[1]}: worker id mismatch (run maand deploy)`);
    expect(run.stderr).toMatch(new RegExp(`worker ${hosts[2]}: update_seq mismatch.*\\(run maand deploy\\)`));
    expect(await bucket.journal()).toEqual([]);
    expect((await bucket.maand(['deploy'])).status).toBe(0);
    expect((await bucket.maand(['job', 'restart', 'web'])).status).toBe(0);
  });

  it('refuses a state older than the deployed files, and a job that was never deployed', async () => {
    const bucket = await deployed();
    await edit(bucket, workers[1], (text) => text.replace(/"update_seq": *\d+/, '"update_seq": 9'));
    expect(await bucket.maand(['job', 'restart', 'web'])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('check that this is the newest state'),
    });
    await bucket.addJob('fresh', everywhere);
    expect(await bucket.maand(['job', 'start', 'fresh', '--allocations', hosts[0] ?? ''])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining(`job fresh has not been deployed to ${hosts[0]} yet (run maand deploy)`),
    });
    await emptyRoots(workers);
    const other = await TestBucket.create(farm);
    await other.addJob('web', everywhere);
    await other.maand(['build']);
    expect(await other.maand(['job', 'start', 'web'])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining(`worker ${hosts[0]}: nothing of this bucket is there (run maand deploy)`),
    });
    expect(await bucket.journal()).toEqual([]);
  });

  it('is in step where a deploy of another job did not come by', async () => {
    const bucket = await TestBucket.create(farm);
    await bucket.useWorkers(workers, (at) => [at === 0 ? 'left' : 'right']);
    await bucket.addJob('alpha', { selectors: ['left'] });
    await bucket.addJob('omega', { selectors: ['right'] });
    await bucket.maand(['deploy', '--build']);
    await bucket.write('workspace/jobs/omega/release.txt', '2\n');
    await bucket.maand(['deploy', '--build', '--json']);
    await bucket.journal();
    expect((await bucket.maand(['job', 'restart', 'alpha'])).status).toBe(0);
    expect(await bucket.journal()).toEqual([`restart alpha ${hosts[0]} 0.0.0 0.0.0`]);
  });

  it('an unreachable worker stops the command only when it is chosen', async () => {
    await using own = await startFarm({ workers: 2 });
    const bucket = await TestBucket.create(own);
    await bucket.addJob('web', everywhere);
    await bucket.maand(['deploy', '--build']);
    await bucket.journal();
    const [alive, dead] = own.workers;
    await dead?.kill();
    expect((await bucket.maand(['job', 'restart', 'web', '--allocations', alive?.host ?? ''])).status).toBe(0);
    expect(await bucket.journal()).toEqual([`restart web ${alive?.host} 1.0.0 1.0.0`]);
    const run = await bucket.maand(['job', 'restart', 'web']);
    expect(run.status).toBe(1);
    expect(run.stderr).toContain(dead?.host);
    expect(await bucket.journal()).toEqual([]);
  });
});

describe('maand job and other runs', () => {
  /** Returns a target that waits on the first worker until a test opens the gate. */
  const waiting = (bucket: TestBucket, host = hosts[0]) =>
    `start:\n\nwait:\n\t@echo "wait {{ .WorkerIP }}" >> ${bucket.journalFile}\n\t@[ {{ .WorkerIP }} != ${host} ] || { mkfifo ${bucket.dir}/gate && cat ${bucket.dir}/gate; }\nstatus:\n\t@true\n`;
  const exists = (path: string) =>
    access(path).then(
      () => true,
      () => false,
    );

  it('takes the lock, except for status', async () => {
    const bucket = await TestBucket.create(farm);
    await bucket.addJob('web', everywhere, { 'Makefile.tpl': waiting(bucket) });
    await bucket.maand(['deploy', '--build']);
    const slow = bucket.maand(['job', 'run', 'web', '--target', 'wait']);
    await expect.poll(() => exists(join(bucket.dir, 'gate')), { timeout: 30_000 }).toBe(true);
    expect(await bucket.maand(['job', 'restart', 'web'])).toMatchObject({
      status: 3,
      stderr: expect.stringContaining('job run web'),
    });
    expect(await bucket.maand(['run_command', 'true'])).toMatchObject({ status: 3 });
    expect((await bucket.maand(['job', 'status', 'web'])).status).toBe(0);
    await (await open(join(bucket.dir, 'gate'), 'w')).close();
    expect((await slow).status).toBe(0);
  });

  it('runs nothing on a worker that a newer run has taken over', async () => {
    await using own = await startFarm({ workers: 2 });
    const bucket = await TestBucket.create(own);
    const [first, second] = own.workers;
    await bucket.addJob('web', everywhere, { 'Makefile.tpl': waiting(bucket, first?.host) });
    const fleet = ['--state', 'workers'];
    expect((await bucket.maand([...fleet, 'deploy', '--build'])).status).toBe(0);
    const slow = bucket.maand([...fleet, 'job', 'run', 'web', '--target', 'wait', '--json']);
    await expect.poll(() => exists(join(bucket.dir, 'gate')), { timeout: 30_000 }).toBe(true);
    const folder = join(second?.root ?? '', '.maand');
    for (const fence of (await readdir(folder)).filter((name) => name.endsWith('.fence'))) {
      await writeFile(join(folder, fence), '999\n');
    }
    await (await open(join(bucket.dir, 'gate'), 'w')).close();
    const run = await slow;
    expect(run.status).toBe(1);
    expect(run.json.jobs[0].error).toContain('a newer run has taken over this worker');
    expect(await bucket.journal()).toEqual([`wait ${first?.host}`]);
  });

  it('ends when it is cancelled, and begins no further batch', async () => {
    const bucket = await TestBucket.create(farm);
    await bucket.addJob('web', everywhere, { 'Makefile.tpl': waiting(bucket) });
    await bucket.maand(['deploy', '--build']);
    const words = ['--bucket', bucket.dir, 'job', 'run', 'web', '--target', 'wait'];
    const child = spawn(process.execPath, [CLI, ...words], { stdio: 'ignore' });
    const ended = once(child, 'exit');
    await expect.poll(() => exists(join(bucket.dir, 'gate')), { timeout: 30_000 }).toBe(true);
    child.kill('SIGINT');
    expect((await ended)[0]).toBe(130);
    expect(await bucket.journal()).toEqual([`wait ${hosts[0]}`]);
  });
});
