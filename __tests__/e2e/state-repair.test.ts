import { randomBytes } from 'node:crypto';
import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Farm, startFarm } from '../support/ssh-farm.ts';
import { bucketWithSecret, freshBucket, listWorkers, ON_WORKERS, rootOn } from '../support/state-bucket.ts';

let farm: Farm;
beforeAll(async () => {
  farm = await startFarm({ workers: 3 });
});
afterAll(() => farm.stop());

describe('state recover', () => {
  it('continues with the remaining workers when the others are lost, and records the reason', async () => {
    const bucket = await freshBucket(farm);
    expect(await bucket.maand(['deploy', '--build', ...ON_WORKERS])).toMatchObject({ status: 0 });
    const before = (await bucket.maand(['state', 'show', '--json', ...ON_WORKERS])).json;
    const healthy = await bucket.maand(['state', 'recover', '--reason', 'fear', ...ON_WORKERS]);
    expect(healthy, healthy.stderr).toMatchObject({ status: 0, stdout: expect.stringContaining('nothing to recover') });
    const all = await readFile(join(bucket.dir, 'workspace/workers.json'), 'utf8');
    await bucket.edit('workspace/workers.json', (text) =>
      text.replaceAll(`"port":${farm.workers[1]?.port}`, '"port":1'),
    );
    await bucket.edit('workspace/workers.json', (text) =>
      text.replaceAll(`"port":${farm.workers[2]?.port}`, '"port":1'),
    );
    expect(await bucket.maand(['plan', ...ON_WORKERS])).toMatchObject({
      status: 3,
      stderr: expect.stringContaining('state-not-proven'),
    });
    const recovered = await bucket.maand([
      'state',
      'recover',
      '--reason',
      'two of three burnt',
      '--json',
      ...ON_WORKERS,
    ]);
    expect(recovered.status, recovered.stderr).toBe(0);
    expect(recovered.json.after).toMatchObject({
      verdict: 'proven',
      members: [farm.workers[0]?.host],
      repairs: [{ reason: 'two of three burnt', what: expect.stringContaining('state-not-proven') }],
    });
    expect(recovered.json.after.serial).toBeGreaterThan(before.serial);
    await listWorkers(bucket, [farm.workers[0]?.host ?? '']);
    expect(await bucket.maand(['build', ...ON_WORKERS])).toMatchObject({ status: 0 });
    // The lost workers return with an older state. This state is not used; the next deploy replaces it.
    await bucket.write('workspace/workers.json', all);
    const healed = await bucket.maand(['deploy', '--build', ...ON_WORKERS]);
    expect(healed.status, healed.stderr).toBe(0);
    const after = (await bucket.maand(['state', 'show', '--json', ...ON_WORKERS])).json;
    expect(new Set(after.copies.map(({ serial }: { serial: number }) => serial)).size).toBe(1);
    expect(after.repairs).toHaveLength(1);
  }, 120_000);

  it('accepts a rollback only with an option, and deploys again what may be newer', async () => {
    const bucket = await freshBucket(farm);
    await bucket.maand(['deploy', '--build', ...ON_WORKERS]);
    const old = join(bucket.dir, 'old');
    for (const at of [0, 1, 2]) await cp(await rootOn(bucket, at), join(old, String(at)), { recursive: true });
    await bucket.write('workspace/jobs/web/release.txt', '2\n');
    await bucket.maand(['deploy', '--build', ...ON_WORKERS]);
    const id = (await bucket.maand(['state', 'show', '--json', ...ON_WORKERS])).json.lineage;
    for (const at of [0, 1, 2]) {
      const folder = join(await rootOn(bucket, at), id, 'state');
      await rm(folder, { recursive: true });
      await cp(join(old, String(at), id, 'state'), folder, { recursive: true });
    }
    expect(await bucket.maand(['plan', ...ON_WORKERS])).toMatchObject({
      status: 3,
      stderr: expect.stringContaining('state-rolled-back'),
    });
    const reluctant = await bucket.maand(['state', 'recover', '--reason', 'x', ...ON_WORKERS]);
    expect(reluctant).toMatchObject({ status: 3, stderr: expect.stringContaining('--accept-rollback') });
    const recovered = await bucket.maand([
      'state',
      'recover',
      '--accept-rollback',
      '--reason',
      'x',
      '--json',
      ...ON_WORKERS,
    ]);
    expect(recovered.status, recovered.stderr).toBe(0);
    expect(recovered.json.after).toMatchObject({ verdict: 'proven', update_seq: 2 });
    const plan = (await bucket.maand(['plan', '--json', ...ON_WORKERS])).json;
    expect(plan.waves[0].jobs[0].allocations.map(({ action }: { action: string }) => action)).toEqual([
      'restart',
      'restart',
      'restart',
    ]);
    expect((await bucket.maand(['deploy', '--build', ...ON_WORKERS])).status).toBe(0);
  }, 120_000);

  it('chooses the copy of one worker when two states have different origins', async () => {
    const bucket = await freshBucket(farm);
    const [first, , third] = farm.workers.map(({ host }) => host);
    const all = await readFile(join(bucket.dir, 'workspace/workers.json'), 'utf8');
    await listWorkers(bucket, [first ?? '']);
    await bucket.maand(['deploy', '--build', ...ON_WORKERS]);
    await bucket.write('workspace/workers.json', all);
    await listWorkers(bucket, [third ?? '']);
    await bucket.maand(['deploy', '--build', ...ON_WORKERS]);
    const right = (await bucket.maand(['state', 'show', '--json', ...ON_WORKERS])).json.lineage;
    await bucket.write('workspace/workers.json', all);
    expect(await bucket.maand(['build', ...ON_WORKERS])).toMatchObject({
      status: 3,
      stderr: expect.stringContaining('state-two-lineages'),
    });
    const recovered = await bucket.maand([
      'state',
      'recover',
      '--from',
      third ?? '',
      '--reason',
      'the other was a mistake',
      '--json',
      ...ON_WORKERS,
    ]);
    expect(recovered.status, recovered.stderr).toBe(0);
    expect(recovered.json.after).toMatchObject({
      verdict: 'proven',
      lineage: right,
      members: [...farm.workers].map(({ host }) => host).sort(),
    });
    expect((await bucket.maand(['deploy', '--build', ...ON_WORKERS])).status).toBe(0);
    expect(
      await bucket.maand(['state', 'recover', '--from', '10.9.9.9', '--reason', 'x', ...ON_WORKERS]),
    ).toMatchObject({ status: 2 });
  }, 120_000);

  it('takes the snapshot before when every copy of the newest is damaged', async () => {
    const bucket = await freshBucket(farm);
    await bucket.maand(['deploy', '--build', ...ON_WORKERS]);
    const { serial, lineage } = (await bucket.maand(['state', 'show', '--json', ...ON_WORKERS])).json;
    for (const at of [0, 1, 2]) {
      const folder = join(await rootOn(bucket, at), lineage, 'state');
      const [newest = ''] = (await readdir(folder))
        .filter((name) => name.startsWith('snapshot-'))
        .sort()
        .reverse();
      await writeFile(join(folder, newest), 'damaged');
    }
    expect(await bucket.maand(['plan', ...ON_WORKERS])).toMatchObject({
      status: 3,
      stderr: expect.stringContaining('state-damaged'),
    });
    const [host = ''] = farm.workers.map((worker) => worker.host);
    const recover = ['state', 'recover', '--reason', 'bad disks', '--json', ...ON_WORKERS];
    expect(await bucket.maand(recover)).toMatchObject({ status: 3, stderr: expect.stringContaining('--from HOST') });
    const recovered = await bucket.maand([...recover, '--from', host]);
    expect(recovered.status, recovered.stderr).toBe(0);
    expect(recovered.json.after).toMatchObject({ verdict: 'proven', serial: serial + 1 });
    expect(recovered.json.after.repairs[0].what).toContain(`recovered from serial ${serial - 1}: `);
    await bucket.journal();
    expect((await bucket.maand(['deploy', '--build', ...ON_WORKERS])).status).toBe(0);
    expect(await bucket.journal()).toEqual([]); // no running job is started again
  }, 60_000);

  it('brings the document before back when a file is damaged or gone', async () => {
    const bucket = await freshBucket(farm);
    await bucket.maand(['deploy', '--build']);
    const file = join(bucket.dir, 'data/state.json');
    const { serial } = JSON.parse(await readFile(file, 'utf8'));
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.slice(0, text.length / 2));
    expect(await bucket.maand(['plan'])).toMatchObject({
      status: 3,
      stderr: expect.stringContaining('maand state recover'),
    });
    expect(await bucket.maand(['state', 'show'])).toMatchObject({
      status: 3,
      stdout: expect.stringContaining('refused: it is not JSON'),
    });
    const recovered = await bucket.maand(['state', 'recover', '--reason', 'the disk was full', '--json']);
    expect(recovered.status, recovered.stderr).toBe(0);
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({
      serial: serial + 1,
      repairs: [{ reason: 'the disk was full' }],
    });
    expect(await readFile(`${file}.damaged`, 'utf8')).toBe(text.slice(0, text.length / 2));
    expect((await bucket.maand(['deploy', '--build'])).status).toBe(0);
    await rm(file);
    expect((await bucket.maand(['state', 'recover', '--reason', 'deleted'])).status).toBe(0);
    expect((await bucket.maand(['plan'])).status).toBe(0);
  }, 60_000);
});

describe('state rotate-key', () => {
  it.each([
    ['a file', []],
    ['workers', ON_WORKERS],
  ])(
    'seals everything with a new key, and the old one is not needed any more, on %s',
    async (_where, place) => {
      const bucket = await bucketWithSecret(farm, place);
      const keyFile = join(bucket.dir, 'secrets/state.key');
      const old = await readFile(keyFile, 'utf8');
      expect(await bucket.maand(['state', 'rotate-key', ...place])).toMatchObject({
        status: 2,
        stderr: expect.stringContaining('--new-key'),
      });
      const rotated = await bucket.maand(['state', 'rotate-key', '--new-key', ...place, '--json']);
      expect(rotated.json, rotated.stderr).toMatchObject({ ok: true, rotated: true, sealed: expect.any(Number) });
      const lines = (await readFile(keyFile, 'utf8')).split('\n');
      expect(lines).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/), old.trim(), '']);
      await writeFile(keyFile, `${lines[0]}\n`, { mode: 0o600 });
      const secret = await bucket.maand(['cat', 'kv', 'get', 'secrets/job/web', 'password', '--reveal', ...place]);
      expect(secret.stdout, secret.stderr).toContain('correct-horse');
      expect((await bucket.maand(['plan', '--json', ...place])).json).toMatchObject({ required: false });
      await writeFile(keyFile, old);
      expect(
        (await bucket.maand(['cat', 'kv', 'get', 'secrets/job/web', 'password', '--reveal', ...place])).status,
      ).toBe(3);
      // The old line may stay in the file. Then a further rotation has nothing to do.
      await writeFile(keyFile, lines.join('\n'));
      expect((await bucket.maand(['state', 'rotate-key', ...place, '--json'])).json).toMatchObject({
        ok: true,
        rotated: false,
      });
    },
    120_000,
  );

  it('changes nothing when a secret opens with no key at hand', async () => {
    const bucket = await bucketWithSecret(farm);
    const keyFile = join(bucket.dir, 'secrets/state.key');
    const file = join(bucket.dir, 'data/state.json');
    const sealed = JSON.parse(await readFile(file, 'utf8'));
    sealed.kv['secrets/job/web'].password[0].value = `enc:v1:${randomBytes(40).toString('base64')}`;
    await writeFile(file, JSON.stringify(sealed));
    const key = await readFile(keyFile, 'utf8');
    const refused = await bucket.maand(['state', 'rotate-key', '--new-key']);
    expect(refused).toMatchObject({ status: 3, stderr: expect.stringContaining('secrets/job/web / password') });
    expect(await readFile(keyFile, 'utf8')).toBe(key);
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(sealed);
    const given = await bucket.maand(['state', 'rotate-key', '--new-key'], { env: { MAAND_STATE_KEY: key } });
    expect(given).toMatchObject({ status: 2, stderr: expect.stringContaining('given as a secret or variable') });
  }, 60_000);
});
