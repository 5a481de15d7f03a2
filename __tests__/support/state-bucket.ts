/** Buckets for tests of the `state` commands. The buckets share one farm, and each has its own root on the workers. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { access, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { CLI } from './run-maand.ts';
import type { Farm, FarmWorker } from './ssh-farm.ts';
import { TestBucket } from './test-bucket.ts';

export const everywhere = { version: '1.0.0', selectors: ['worker'] };
export const ON_WORKERS = ['--state', 'workers'];

/** Makes a bucket with one job, `web`. */
export async function freshBucket(farm: Farm, workers: readonly FarmWorker[] = farm.workers): Promise<TestBucket> {
  const bucket = await TestBucket.create(farm);
  const name = randomBytes(4).toString('hex');
  const entries = workers.map(({ host, port, user, root }) => ({
    host,
    port,
    user,
    root: join(root, name),
    labels: [],
  }));
  await bucket.write('workspace/workers.json', JSON.stringify(entries));
  await bucket.addJob('web', everywhere);
  return bucket;
}

/** Returns the root of a worker, which is the folder with the buckets. */
export async function rootOn(bucket: TestBucket, at: number): Promise<string> {
  const entries = JSON.parse(await readFile(join(bucket.dir, 'workspace/workers.json'), 'utf8'));
  return entries[at].root;
}

/** Removes all workers except `hosts` from workers.json. */
export async function listWorkers(bucket: TestBucket, hosts: readonly string[]): Promise<void> {
  await bucket.edit('workspace/workers.json', (text) =>
    JSON.stringify(JSON.parse(text).filter(({ host }: { host: string }) => hosts.includes(host))),
  );
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** Starts a deploy that waits in `make start` until the test releases it. */
export async function slowDeploy(
  bucket: TestBucket,
  args: readonly string[],
): Promise<{ readonly child: ChildProcess; readonly letGo: () => Promise<void>; readonly ended: Promise<unknown> }> {
  const gate = join(bucket.dir, 'gate');
  await bucket.write('workspace/jobs/web/Makefile.tpl', `start restart:\n\t@mkfifo ${gate} && cat ${gate}\n`);
  const child = spawn(process.execPath, [CLI, '--bucket', bucket.dir, 'deploy', '--build', ...args], {
    stdio: 'ignore',
  });
  const ended = once(child, 'exit');
  await expect.poll(() => exists(gate), { timeout: 30_000 }).toBe(true);
  const letGo = async () => {
    await (await open(gate, 'w')).close();
    await ended;
  };
  return { child, letGo, ended };
}

/** Returns a bucket with a deployed job whose hook has stored a secret. */
export async function bucketWithSecret(farm: Farm, place: readonly string[] = []): Promise<TestBucket> {
  const bucket = await freshBucket(farm);
  await bucket.addJob(
    'web',
    { ...everywhere, hooks: { hook_secret: { executed_on: ['pre_deploy'] } } },
    {
      '_hooks/hook_secret.py': 'import maand\nmaand.kv.put_secret("password", "correct-horse")\n',
      'config.tpl': '{{ get "secrets/job/web" "password" }}\n',
    },
  );
  const done = await bucket.maand(['deploy', '--build', ...place]);
  expect(done.status, done.stderr).toBe(0);
  return bucket;
}
