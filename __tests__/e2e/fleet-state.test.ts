import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Farm, type FarmWorker, startFarm } from '../support/ssh-farm.ts';
import { TestBucket } from '../support/test-bucket.ts';

/** Tests the command line with `--state workers`: only the workers keep the state. */
let farm: Farm;

beforeAll(async () => {
  farm = await startFarm({ workers: 3 });
});

afterAll(() => farm.stop());

async function newBucket(on = farm): Promise<TestBucket> {
  for (const { root } of on.workers) {
    for (const entry of await readdir(root)) await rm(join(root, entry), { recursive: true });
  }
  const bucket = await TestBucket.create(on);
  await bucket.addJob('web', { version: '1.0.0', selectors: ['worker'] });
  return bucket;
}

async function headOn({ root }: FarmWorker): Promise<string> {
  const [bucketId = ''] = (await readdir(root)).filter((name) => !name.startsWith('.'));
  return readFile(join(root, bucketId, 'state/HEAD'), 'utf8');
}

/** Returns the number of commands and subsystems that clients have started on the worker's sshd so far. */
async function sessionsOn(worker: FarmWorker): Promise<number> {
  return (await worker.log()).match(/Starting session:/g)?.length ?? 0;
}

async function locksOn({ workers }: Farm): Promise<string[]> {
  const files = await Promise.all(workers.map(({ root }) => readdir(join(root, '.maand'))));
  return files.flat().filter((name) => name.endsWith('.lock'));
}

const WORKERS = ['--state', 'workers'];

describe('state on the workers', () => {
  it('is the same on all of them after a deploy, and enough for the next one', async () => {
    const bucket = await newBucket();
    const first = await bucket.maand([...WORKERS, 'deploy', '--build', '--json']);
    expect(first.status, first.stderr).toBe(0);
    expect(await bucket.journal()).toHaveLength(3);
    const heads = await Promise.all(farm.workers.map(headOn));
    expect(new Set(heads).size).toBe(1);
    const again = await bucket.maand([...WORKERS, 'deploy', '--build', '--json']);
    expect(again.status, again.stderr).toBe(0);
    expect(await bucket.journal()).toEqual([]);
    expect(again.json.serial).toBe(first.json.serial);
  });

  it('needs one command per worker when there is nothing to do: look, lock, snapshot and release together', async () => {
    const bucket = await newBucket();
    const first = await bucket.maand([...WORKERS, 'deploy', '--build']);
    expect(first.status, first.stderr).toBe(0);
    const before = await Promise.all(farm.workers.map(sessionsOn));
    const again = await bucket.maand([...WORKERS, 'deploy', '--build']);
    expect(again.status, again.stderr).toBe(0);
    const after = await Promise.all(farm.workers.map(sessionsOn));
    expect(after.map((count, at) => count - (before[at] ?? 0))).toEqual([1, 1, 1]);
    expect(await locksOn(farm)).toEqual([]);
  });

  it('leaves the only session of a worker to the deploy, and still releases the lock', async () => {
    const narrow = await startFarm({ workers: 2, sshdLines: ['MaxSessions 1'] });
    try {
      const bucket = await newBucket(narrow);
      const { status, stderr } = await bucket.maand([...WORKERS, 'deploy', '--build']);
      expect(status, stderr).toBe(0);
      expect(await bucket.journal()).toHaveLength(2);
      expect(await locksOn(narrow)).toEqual([]);
    } finally {
      await narrow.stop();
    }
  });
});
