import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Farm, type FarmWorker, startFarm } from '../support/ssh-farm.ts';
import { TestBucket } from '../support/test-bucket.ts';

/** State on the workers alone: what the command line does with `--state workers`. */
let farm: Farm;

beforeAll(async () => {
  farm = await startFarm({ workers: 3 });
});

afterAll(() => farm.stop());

async function newBucket(): Promise<TestBucket> {
  for (const { root } of farm.workers) {
    for (const entry of await readdir(root)) await rm(join(root, entry), { recursive: true });
  }
  const bucket = await TestBucket.create(farm);
  await bucket.addJob('web', { version: '1.0.0', selectors: ['worker'] });
  return bucket;
}

async function headOn({ root }: FarmWorker): Promise<string> {
  const [bucketId = ''] = (await readdir(root)).filter((name) => !name.startsWith('.'));
  return readFile(join(root, bucketId, 'state/HEAD'), 'utf8');
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
});
