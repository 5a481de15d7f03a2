import { randomBytes } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ActionRun, runAction } from '../support/action-runner.ts';
import { type CacheServer, type Job, startCacheService } from '../support/cache-service.ts';
import { type Farm, startFarm } from '../support/ssh-farm.ts';
import { freshBucket, rootOn } from '../support/state-bucket.ts';
import type { TestBucket } from '../support/test-bucket.ts';

/** Tests the `state` commands for a state in the Actions cache and on workers. */
let farm: Farm;
let cache: CacheServer;
beforeAll(async () => {
  farm = await startFarm({ workers: 2 });
  cache = await startCacheService();
});
afterAll(async () => {
  await cache[Symbol.asyncDispose]();
  await farm.stop();
});

const [oldKey, newKey] = [randomBytes(32).toString('hex'), randomBytes(32).toString('hex')];

async function checkout(): Promise<TestBucket> {
  const bucket = await freshBucket(farm);
  for (const path of ['secrets', 'data', 'tmp', 'logs']) await bucket.remove(path);
  return bucket;
}

interface Command {
  readonly command: string;
  readonly args?: string;
  readonly key?: string;
  readonly job?: Job;
}

interface Answer extends ActionRun {
  // biome-ignore lint/suspicious/noExplicitAny: tests look into documents of many shapes
  readonly json: any;
}

async function run(bucket: TestBucket, { command, args = '', key = oldKey, job = {} }: Command): Promise<Answer> {
  let json: unknown;
  const done = await runAction({
    actionDir: join(import.meta.dirname, '../..'),
    workspaceDir: bucket.dir,
    env: cache.environment(job),
    inputs: { command, args, 'ssh-private-key': farm.privateKey, 'state-key': key },
    laterSteps: async ({ outputs }) => {
      json = JSON.parse(await readFile(outputs.result ?? '', 'utf8'));
    },
  });
  return { ...done, json };
}

interface Row {
  readonly check: string;
  readonly outcome: string;
  readonly seen: string;
}

describe('state in the cache', () => {
  it('is shown, sealed with a new key, restored from the cache alone, and checked by doctor', async () => {
    const bucket = await checkout();
    expect(await run(bucket, { command: 'deploy' })).toMatchObject({ exitCode: 0 });
    const shown = await run(bucket, { command: 'state show' });
    expect(shown.json.copies.map(({ where, serial }: { where: string; serial: number }) => [where, serial])).toEqual(
      ['the cache', ...farm.workers.map(({ host }) => host)].map((where) => [where, shown.json.serial]),
    );
    const rotated = await run(bucket, { command: 'state rotate-key', key: `${newKey}\n${oldKey}` });
    expect(rotated.exitCode, rotated.log.text).toBe(0);
    expect((await run(bucket, { command: 'state show' })).exitCode).toBe(3);
    const plan = await run(bucket, { command: 'plan', key: newKey });
    expect(plan.json).toMatchObject({ required: false, state: `serial ${rotated.json.serial}` });

    // The workers have lost their copies, and the cache still has one. The next run restores the copies on the workers, so
    // `doctor` finds no problem.
    for (const at of [0, 1]) await rm(join(await rootOn(bucket, at), '.maand'), { recursive: true });
    const healed = await run(bucket, { command: 'build', key: newKey });
    expect(healed.exitCode, healed.log.text).toBe(0);
    const doctor = await run(bucket, { command: 'doctor', key: newKey });
    const rows = (answer: Answer) =>
      answer.json.checks.filter(({ subject }: { subject: string }) => subject === 'state');
    expect(Object.fromEntries(rows(doctor).map(({ check, outcome }: Row) => [check, outcome]))).toEqual({
      state: 'ok',
      copies: 'ok',
      cache: 'ok',
      lock: 'ok',
      key: 'ok',
    });
    const reader = await run(bucket, { command: 'doctor', key: newKey, job: { permission: 1 } });
    expect(rows(reader)).toContainEqual(
      expect.objectContaining({ check: 'cache', outcome: 'warning', seen: expect.stringContaining('reading') }),
    );
    const refused = await run(bucket, {
      command: 'state recover',
      args: `--reason x --from ${farm.workers[0]?.host}`,
      key: newKey,
      job: { permission: 1 },
    });
    expect(refused.exitCode).toBe(3);
    expect(refused.log.text).toContain('state-read-only');
  });

  it('recovers a state that only the cache has lost, and warns of a cache that is out of order', async () => {
    const bucket = await checkout();
    await run(bucket, { command: 'deploy' });
    cache.fail({ on: 'every call', fault: { kind: 'status', status: 503 } });
    const doctor = await run(bucket, { command: 'doctor' });
    cache.recover();
    expect(doctor.exitCode).toBe(0);
    expect(doctor.json.checks).toContainEqual(
      expect.objectContaining({ subject: 'state', check: 'cache', outcome: 'warning' }),
    );
    const recovered = await run(bucket, {
      command: 'state recover',
      args: `--from ${farm.workers[1]?.host} --reason 'the cache served something odd'`,
    });
    expect(recovered.exitCode, recovered.log.text).toBe(0);
    expect(recovered.json.after.copies.map(({ serial }: { serial: number }) => serial)).toEqual(
      Array(3).fill(recovered.json.after.serial),
    );
    expect((await run(bucket, { command: 'plan' })).json).toMatchObject({ required: false });
  });
});
