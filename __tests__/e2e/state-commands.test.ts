import { randomBytes } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Farm, startFarm } from '../support/ssh-farm.ts';
import { bucketWithSecret, freshBucket, ON_WORKERS, rootOn, slowDeploy } from '../support/state-bucket.ts';
import type { TestBucket } from '../support/test-bucket.ts';

let farm: Farm;
beforeAll(async () => {
  farm = await startFarm({ workers: 3 });
});
afterAll(() => farm.stop());

describe('state show', () => {
  it('shows a state in a file, before and after it has deployed something', async () => {
    const bucket = await freshBucket(farm);
    expect(await bucket.maand(['deploy', '--build'])).toMatchObject({ status: 0 });
    const shown = await bucket.maand(['state', 'show', '--json']);
    expect(shown.status, shown.stderr).toBe(0);
    expect(shown.json).toMatchObject({
      ok: true,
      verdict: 'proven',
      update_seq: 1,
      copies: [{ status: 'found', serial: shown.json.serial }, { status: 'found' }],
      locks: [],
      pending: { delivered: [], applied: [], post_deploy: [] },
    });
    expect((await bucket.maand(['state', 'show'])).stdout).toContain('no lock is held');
  });

  it('shows every copy on the workers without taking a lock, and shows the lock of a run in progress', async () => {
    const bucket = await freshBucket(farm);
    const slow = await slowDeploy(bucket, ON_WORKERS);
    const shown = await bucket.maand(['state', 'show', '--json', ...ON_WORKERS]);
    expect(shown.status, shown.stderr).toBe(0);
    const hosts = farm.workers.map(({ host }) => host).sort();
    expect(shown.json.members).toEqual(hosts);
    expect(shown.json.copies.map(({ where }: { where: string }) => where).sort()).toEqual(hosts);
    expect(shown.json.locks).toMatchObject([
      { run_id: String(slow.child.pid), command: 'deploy', since: expect.stringMatching(/^20/), ttl_seconds: 120 },
    ]);
    expect(shown.json.locks[0].where.sort()).toEqual(hosts);
    expect(shown.json.pending.delivered.length).toBeGreaterThan(0);
    await slow.letGo();
  });

  it('shows the evidence and the stop when nothing is proven', async () => {
    const bucket = await freshBucket(farm);
    expect(await bucket.maand(['deploy', '--build', ...ON_WORKERS])).toMatchObject({ status: 0 });
    const [first] = farm.workers.map(({ host }) => host);
    await rm(join(await rootOn(bucket, 1), '.maand'), { recursive: true });
    await bucket.edit('workspace/workers.json', (text) => {
      const entries = JSON.parse(text);
      return JSON.stringify([entries[0], { ...entries[1], port: 1 }, { ...entries[2], port: 1 }]);
    });
    const shown = await bucket.maand(['state', 'show', '--json', ...ON_WORKERS]);
    expect(shown.status).toBe(3);
    expect(shown.json).toMatchObject({
      ok: false,
      verdict: 'stopped',
      code: 'state-not-proven',
      serial: expect.any(Number),
    });
    expect(shown.json.copies).toHaveLength(3);
    expect(shown.json.copies[0]).toMatchObject({
      where: first,
      status: 'found',
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(shown.json.copies[1]).toMatchObject({ status: 'unknown', problem: expect.stringContaining('refused') });
    const text = await bucket.maand(['state', 'show', ...ON_WORKERS]);
    expect(text).toMatchObject({ status: 3, stdout: expect.stringContaining('what to do: ') });
  }, 60_000);
});

describe('state unlock', () => {
  it.each([
    ['a file', []],
    ['workers', ON_WORKERS],
  ])(
    'breaks exactly the lock that is named, on %s',
    async (_where, place) => {
      const bucket = await freshBucket(farm);
      const none = await bucket.maand(['state', 'unlock', 'anything', ...place]);
      expect(none, none.stderr).toMatchObject({ status: 0, stdout: 'there is no lock\n' });
      const slow = await slowDeploy(bucket, place);
      const { json } = await bucket.maand(['state', 'show', '--json', ...place]);
      const [{ token, run_id: runId }] = json.locks;
      const another = await bucket.maand(['state', 'unlock', randomBytes(4).toString('hex'), ...place]);
      expect(another).toMatchObject({ status: 3, stderr: expect.stringContaining(token) });
      expect((await bucket.maand(['build', ...place])).status).toBe(3);
      const broken = await bucket.maand(['state', 'unlock', runId, ...place, '--json']);
      expect(broken.json).toMatchObject({ ok: true, unlocked: true, lock: { token, command: 'deploy' } });
      expect((await bucket.maand(['state', 'show', '--json', ...place])).json.locks).toEqual([]);
      if (place.length > 0) expect(await fencesOn(bucket)).toEqual([2, 2, 2]); // the run whose lock was broken had fence 1
      slow.child.kill('SIGKILL');
      await slow.ended;
      expect((await bucket.maand(['build', ...place])).status).toBe(0);
    },
    60_000,
  );

  it('prints its usage', async () => {
    const bucket = await freshBucket(farm);
    expect(await bucket.maand(['state', 'unlock'])).toMatchObject({ status: 2 });
    expect(await bucket.maand(['state', 'show', '--reason', 'x'])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('has no use for --reason'),
    });
    expect(await bucket.maand(['state', 'shwo'])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('show, unlock'),
    });
    expect(await bucket.maand(['state', 'recover', '--from', 'h'])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('maand state recover --from h --reason'),
    });
  });
});

/** Returns the fence of every worker. */
async function fencesOn(bucket: TestBucket): Promise<number[]> {
  const roots = await Promise.all([0, 1, 2].map((at) => rootOn(bucket, at)));
  return Promise.all(
    roots.map(async (root) => {
      const folder = join(root, '.maand');
      const name = (await readdir(folder)).find((one) => one.endsWith('.fence')) ?? '';
      return Number(await readFile(join(folder, name), 'utf8'));
    }),
  );
}

describe('state export', () => {
  it('writes the document with sealed secrets, to standard output or to a file', async () => {
    const bucket = await bucketWithSecret(farm);
    const { status, json } = await bucket.maand(['state', 'export', '--json']);
    expect(status).toBe(0);
    expect(JSON.stringify(json)).not.toContain('correct-horse');
    expect(json.kv['secrets/job/web'].password.at(-1).value).toMatch(/^enc:v1:/);
    const printed = await bucket.maand(['state', 'export']);
    expect(JSON.parse(printed.stdout)).toEqual(json);
    expect(printed.stderr).toContain('sealed');
    const out = join(bucket.dir, 'export.json');
    expect((await bucket.maand(['state', 'export', '--out', out])).stdout).toContain('sealed');
    expect(JSON.parse(await readFile(out, 'utf8'))).toEqual(json);
  });
});
