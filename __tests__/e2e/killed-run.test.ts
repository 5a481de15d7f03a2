/** Tests what a killed run leaves behind, and which files other users can read under an open umask. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLI } from '../support/run-maand.ts';
import { type Farm, type FarmWorker, startFarm } from '../support/ssh-farm.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { TestBucket } from '../support/test-bucket.ts';
import { waitForFile } from '../support/wait-for-file.ts';

let farm: Farm;
beforeAll(async () => {
  farm = await startFarm({ workers: 1 });
});
afterAll(() => farm.stop());

const everywhere = { version: '1.0.0', selectors: ['worker'] };

/** Returns a hook with two processes that never end: the script, and a child outside of its process group. */
const endlessHook = (folder: string): string => `import os, subprocess, time
child = subprocess.Popen(["sleep", "600"], start_new_session=True)
with open("${folder}/pids.new", "w") as file:
    file.write(f"{os.getpid()} {child.pid}")
os.rename("${folder}/pids.new", "${folder}/pids")
time.sleep(600)
`;

describe('a run that is killed', () => {
  it('ends its hooks, including a child in its own session', async () => {
    const folder = await temporaryFolder();
    const bucket = await TestBucket.create(farm);
    const hooks = { hook_endless: { executed_on: ['pre_deploy'] } };
    await bucket.addJob('web', { ...everywhere, hooks }, { '_hooks/hook_endless.py': endlessHook(folder) });
    const run = spawn(process.execPath, [CLI, '--bucket', bucket.dir, 'deploy', '--build'], { stdio: 'ignore' });
    const ended = once(run, 'exit');
    await waitForFile(join(folder, 'pids'));
    const pids = (await readFile(join(folder, 'pids'), 'utf8')).split(' ');
    expect(pids.map((pid) => existsSync(`/proc/${pid}`))).toEqual([true, true]);
    run.kill('SIGKILL');
    await ended;
    // A child of a killed process may stay as a zombie, when no process waits for it.
    const isRunning = async (pid: string) =>
      !/^State:\s+[ZX]/m.test(await readFile(`/proc/${pid}/status`, 'utf8').catch(() => 'State: X'));
    await expect.poll(async () => Promise.all(pids.map(isRunning)), { timeout: 30_000 }).toEqual([false, false]);
  });

  it('leaves no draft of the state: the next run that has the lock removes it', async () => {
    const bucket = await TestBucket.create(farm);
    await bucket.addJob('web', everywhere);
    const dead = { runId: '1', command: 'deploy', actor: 'kim', url: '', host: 'h', at: '', token: 't', pid: 1 };
    const boot = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
    const ended = spawn('true');
    await once(ended, 'exit');
    const here = JSON.parse(await lockRecordOf(bucket));
    const asideName = 'state.lock.00000000-0000-4000-8000-000000000000';
    await bucket.write('data/.state.json.0123456789ab', '{', 0o600);
    await bucket.write(`data/${asideName}`, JSON.stringify({ ...dead, ...here, boot, pid: ended.pid, started: '1' }));
    await bucket.write('data/.state.json.mine', 'not ours');
    const built = await bucket.maand(['build']);
    expect(built.status, built.stderr).toBe(0);
    expect((await readdir(join(bucket.dir, 'data'))).sort()).toEqual([
      '.state.json.mine',
      'state.json',
      'state.previous.json',
    ]);
  });
});

/** Returns the variables with which GitHub describes a run. */
const ofRun = (attempt: number) => ({
  GITHUB_RUN_ID: '4711',
  GITHUB_RUN_ATTEMPT: String(attempt),
  GITHUB_SERVER_URL: 'https://github.invalid',
  GITHUB_REPOSITORY: 'octo/shop',
});

describe('a failed run that is started again on GitHub', () => {
  it('does not wait for the lock of its earlier attempt, on the workers', async () => {
    await using own = await startFarm({ workers: 1 });
    const bucket = await TestBucket.create(own);
    await bucket.addJob('web', everywhere);
    const folder = await temporaryFolder();
    const deploy = ['--bucket', bucket.dir, '--state', 'workers', 'deploy', '--build'];
    const hook = `touch ${folder}/begun; sleep 600`;
    const first = spawn(process.execPath, [CLI, ...deploy, '--before-deploy-hook', hook], {
      stdio: 'ignore',
      env: { ...process.env, ...ofRun(1) },
    });
    const ended = once(first, 'exit');
    await waitForFile(join(folder, 'begun'));
    first.kill('SIGKILL');
    await ended;
    const place = ['--state', 'workers'];
    const sameAttempt = await bucket.maand([...place, 'deploy', '--build'], { env: ofRun(1) });
    expect(sameAttempt).toMatchObject({ status: 3, stderr: expect.stringContaining('[state-locked]') });
    const again = await bucket.maand([...place, 'deploy', '--build'], { env: ofRun(2) });
    expect(again.status, again.stderr).toBe(0);
    expect(await bucket.journal()).toHaveLength(1);
  });

  it('takes over the lock of its earlier attempt on another machine, in a file', async () => {
    const bucket = await TestBucket.create(farm);
    await bucket.addJob('web', everywhere);
    const lock = { ...JSON.parse(await lockRecordOf(bucket, ofRun(1))), host: 'elsewhere', machine: 'm', boot: 'b' };
    await bucket.write('data/state.lock', JSON.stringify(lock));
    const sameAttempt = await bucket.maand(['build'], { env: ofRun(1) });
    expect(sameAttempt).toMatchObject({ status: 3, stderr: expect.stringContaining('[state-locked]') });
    const again = await bucket.maand(['build'], { env: ofRun(2) });
    expect(again.status, again.stderr).toBe(0);
  });
});

describe('a program on a worker that is killed', () => {
  it('leaves no draft of the state there: the next run that has the lock removes it', async () => {
    await using own = await startFarm({ workers: 1 });
    const [worker] = own.workers as [FarmWorker];
    const bucket = await TestBucket.create(own);
    await bucket.addJob('web', everywhere);
    const place = ['--state', 'workers'];
    const first = await bucket.maand([...place, 'deploy', '--build']);
    expect(first.status, first.stderr).toBe(0);
    const marks = join(worker.root, '.maand');
    const mark = (await readdir(marks)).find((name) => /^[0-9a-f]{32}$/.test(name)) ?? '';
    const [bucketId = ''] = (await readdir(worker.root)).filter((name) => !name.startsWith('.'));
    const ended = spawn('true');
    await once(ended, 'exit');
    const drafts = [`.receive.`, `${mark}.`, `${mark}.lock.`, `${mark}.fence.`].map((name) => join(marks, name));
    for (const draft of [...drafts, join(worker.root, bucketId, 'state/HEAD.')]) {
      await writeFile(`${draft}${ended.pid}`, 'cut');
      await writeFile(`${draft}${process.pid}`, 'of a process that runs');
    }
    await bucket.write('workspace/jobs/web/release.txt', '2\n');
    const again = await bucket.maand([...place, 'build']);
    expect(again.status, again.stderr).toBe(0);
    const left = (await readdir(worker.root, { recursive: true })).filter((path) => /\.\d+$/.test(path));
    expect(left.filter((path) => path.endsWith(`.${ended.pid}`))).toEqual([]);
    expect(left).toHaveLength(5);
  });
});

/** Returns the text of a lock file of this machine. It is copied while a run holds the lock. */
async function lockRecordOf(bucket: TestBucket, env: Readonly<Record<string, string>> = {}): Promise<string> {
  const folder = await temporaryFolder();
  const hook = `cp ${bucket.dir}/data/state.lock ${folder}/lock`;
  const run = await bucket.maand(['deploy', '--build', '--before-deploy-hook', hook], { env });
  expect(run.status, run.stderr).toBe(0);
  return readFile(join(folder, 'lock'), 'utf8');
}

describe('with a umask of 000', () => {
  it('nothing that the program makes can be written by others', async () => {
    const place = await temporaryFolder();
    const bucket = join(place, 'bucket');
    const loose = async (...args: readonly string[]) => {
      const shell = spawn('/bin/sh', ['-c', 'umask 000; exec "$@"', 'sh', process.execPath, CLI, ...args], {
        stdio: 'ignore',
      });
      const [status] = await once(shell, 'exit');
      expect(status).toBe(0);
    };
    await loose('init', bucket);
    await loose('--bucket', bucket, 'job', 'create', 'api');
    const [worker] = farm.workers as [FarmWorker];
    const site = await TestBucket.create(farm);
    await site.addJob('web', everywhere, { 'conf/a.tpl': '{{ .Job }}\n', 'plain/b.txt': 'b\n' });
    await site.remove('data/state.previous.json').catch(() => {});
    for (const path of ['tmp', 'logs']) await site.remove(path).catch(() => {});
    await loose('--bucket', site.dir, 'deploy', '--build');
    for (const root of [bucket, site.dir, await site.folderOn(worker)]) {
      const paths = await readdir(root, { recursive: true });
      const open = await Promise.all(
        paths.map(async (path) => (((await stat(join(root, path))).mode & 0o022) === 0 ? [] : [path])),
      );
      // `make start` makes journal and data itself, so their modes do not matter here.
      expect(open.flat().filter((path) => !/(?:^|\/)(?:journal|data)$/.test(path))).toEqual([]);
    }
    for (const path of ['data', 'tmp', 'logs', 'secrets']) {
      expect(((await stat(join(bucket, path))).mode & 0o777).toString(8), path).toBe('700');
    }
  });
});
