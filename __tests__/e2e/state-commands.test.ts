import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { access, chmod, cp, mkdir, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSecretBox } from '../../src/kv/secrets.ts';
import { type Farm, type FarmWorker, startFarm } from '../support/ssh-farm.ts';
import { CLI, TestBucket } from '../support/test-bucket.ts';

const everywhere = { version: '1.0.0', selectors: ['worker'] };
const ON_WORKERS = ['--state', 'workers'];

let farm: Farm;
beforeAll(async () => {
  farm = await startFarm({ workers: 3 });
});
afterAll(() => farm.stop());

/** Roots of its own: several states on one worker would be an own subject. */
async function freshBucket(workers: readonly FarmWorker[] = farm.workers): Promise<TestBucket> {
  const bucket = await TestBucket.create(farm);
  const name = randomBytes(4).toString('hex');
  const entries = workers.map(({ host, port, user, root }) => ({ host, port, user, root: join(root, name), labels: [] }));
  await bucket.write('workspace/workers.json', JSON.stringify(entries));
  await bucket.addJob('web', everywhere);
  return bucket;
}

async function rootOn(bucket: TestBucket, at: number): Promise<string> {
  const entries = JSON.parse(await readFile(join(bucket.dir, 'workspace/workers.json'), 'utf8'));
  return entries[at].root;
}

async function listWorkers(bucket: TestBucket, hosts: readonly string[]): Promise<void> {
  await bucket.edit('workspace/workers.json', (text) =>
    JSON.stringify(JSON.parse(text).filter(({ host }: { host: string }) => hosts.includes(host))),
  );
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** A deploy that waits in `make start` until it is let go. */
async function slowDeploy(bucket: TestBucket, args: readonly string[]): Promise<{ readonly child: ChildProcess; readonly letGo: () => Promise<void>; readonly ended: Promise<unknown> }> {
  const gate = join(bucket.dir, 'gate');
  await bucket.write('workspace/jobs/web/Makefile.tpl', `start restart:\n\t@mkfifo ${gate} && cat ${gate}\n`);
  const child = spawn(process.execPath, [CLI, '--bucket', bucket.dir, 'deploy', '--build', ...args], { stdio: 'ignore' });
  const ended = once(child, 'exit');
  await expect.poll(() => exists(gate), { timeout: 30_000 }).toBe(true);
  const letGo = async () => {
    await (await open(gate, 'w')).close();
    await ended;
  };
  return { child, letGo, ended };
}

describe('state show', () => {
  it('shows a state in a file, before and after it has deployed something', async () => {
    const bucket = await freshBucket();
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

  it('shows every copy on the workers, without a lock of its own, and the lock of a run that is under way', async () => {
    const bucket = await freshBucket();
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
    const bucket = await freshBucket();
    expect(await bucket.maand(['deploy', '--build', ...ON_WORKERS])).toMatchObject({ status: 0 });
    const [first] = farm.workers.map(({ host }) => host);
    await rm(join(await rootOn(bucket, 1), '.maand'), { recursive: true });
    await bucket.edit('workspace/workers.json', (text) => {
      const entries = JSON.parse(text);
      return JSON.stringify([entries[0], { ...entries[1], port: 1 }, { ...entries[2], port: 1 }]);
    });
    const shown = await bucket.maand(['state', 'show', '--json', ...ON_WORKERS]);
    expect(shown.status).toBe(3);
    expect(shown.json).toMatchObject({ ok: false, verdict: 'stopped', code: 'state-not-proven', serial: expect.any(Number) });
    expect(shown.json.copies).toHaveLength(3);
    expect(shown.json.copies[0]).toMatchObject({ where: first, status: 'found', digest: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(shown.json.copies[1]).toMatchObject({ status: 'unknown', problem: expect.stringContaining('refused') });
    const text = await bucket.maand(['state', 'show', ...ON_WORKERS]);
    expect(text).toMatchObject({ status: 3, stdout: expect.stringContaining('what to do: ') });
  }, 60_000);
});

describe('state unlock', () => {
  it.each([
    ['a file', []],
    ['workers', ON_WORKERS],
  ])('breaks exactly the lock that is named, on %s', async (_where, place) => {
    const bucket = await freshBucket();
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
    slow.child.kill('SIGKILL');
    await slow.ended;
    expect((await bucket.maand(['build', ...place])).status).toBe(0);
  }, 60_000);

  it('says how it is used', async () => {
    const bucket = await freshBucket();
    expect(await bucket.maand(['state', 'unlock'])).toMatchObject({ status: 2 });
    expect(await bucket.maand(['state', 'show', '--reason', 'x'])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('has no use for --reason'),
    });
    expect(await bucket.maand(['state', 'shwo'])).toMatchObject({ status: 2, stderr: expect.stringContaining('show, unlock') });
    expect(await bucket.maand(['state', 'recover', '--from', 'h'])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('maand state recover --from h --reason'),
    });
  });
});

describe('state export', () => {
  it('gives the document with secrets sealed, on standard output or in a file', async () => {
    const bucket = await bucketWithSecret();
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

/** A bucket that has deployed a job whose hook stored a secret. */
async function bucketWithSecret(place: readonly string[] = []): Promise<TestBucket> {
  const bucket = await freshBucket();
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

describe('state recover', () => {
  it('goes on with the workers that are left when the others are gone for good, and keeps a record of why', async () => {
    const bucket = await freshBucket();
    expect(await bucket.maand(['deploy', '--build', ...ON_WORKERS])).toMatchObject({ status: 0 });
    const before = (await bucket.maand(['state', 'show', '--json', ...ON_WORKERS])).json;
    const healthy = await bucket.maand(['state', 'recover', '--reason', 'fear', ...ON_WORKERS]);
    expect(healthy, healthy.stderr).toMatchObject({ status: 0, stdout: expect.stringContaining('nothing to recover') });
    const all = await readFile(join(bucket.dir, 'workspace/workers.json'), 'utf8');
    await bucket.edit('workspace/workers.json', (text) => text.replaceAll(`"port":${farm.workers[1]?.port}`, '"port":1'));
    await bucket.edit('workspace/workers.json', (text) => text.replaceAll(`"port":${farm.workers[2]?.port}`, '"port":1'));
    expect(await bucket.maand(['plan', ...ON_WORKERS])).toMatchObject({ status: 3, stderr: expect.stringContaining('state-not-proven') });
    const recovered = await bucket.maand(['state', 'recover', '--reason', 'two of three burnt', '--json', ...ON_WORKERS]);
    expect(recovered.status, recovered.stderr).toBe(0);
    expect(recovered.json.after).toMatchObject({
      verdict: 'proven',
      members: [farm.workers[0]?.host],
      repairs: [{ reason: 'two of three burnt', what: expect.stringContaining('state-not-proven') }],
    });
    expect(recovered.json.after.serial).toBeGreaterThan(before.serial);
    await listWorkers(bucket, [farm.workers[0]?.host ?? '']);
    expect(await bucket.maand(['build', ...ON_WORKERS])).toMatchObject({ status: 0 });
    // The lost ones come back with an older state: they are healed, not believed.
    await bucket.write('workspace/workers.json', all);
    const healed = await bucket.maand(['deploy', '--build', ...ON_WORKERS]);
    expect(healed.status, healed.stderr).toBe(0);
    const after = (await bucket.maand(['state', 'show', '--json', ...ON_WORKERS])).json;
    expect(new Set(after.copies.map(({ serial }: { serial: number }) => serial)).size).toBe(1);
    expect(after.repairs).toHaveLength(1);
  }, 120_000);

  it('accepts a rollback only by name, and rolls again what may be newer', async () => {
    const bucket = await freshBucket();
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
    expect(await bucket.maand(['plan', ...ON_WORKERS])).toMatchObject({ status: 3, stderr: expect.stringContaining('state-rolled-back') });
    const reluctant = await bucket.maand(['state', 'recover', '--reason', 'x', ...ON_WORKERS]);
    expect(reluctant).toMatchObject({ status: 3, stderr: expect.stringContaining('--accept-rollback') });
    const recovered = await bucket.maand(['state', 'recover', '--accept-rollback', '--reason', 'x', '--json', ...ON_WORKERS]);
    expect(recovered.status, recovered.stderr).toBe(0);
    expect(recovered.json.after).toMatchObject({ verdict: 'proven', update_seq: 2 });
    const plan = (await bucket.maand(['plan', '--json', ...ON_WORKERS])).json;
    expect(plan.waves[0].jobs[0].allocations.map(({ action }: { action: string }) => action)).toEqual(['restart', 'restart', 'restart']);
    expect((await bucket.maand(['deploy', '--build', ...ON_WORKERS])).status).toBe(0);
  }, 120_000);

  it('lets the copy of one worker count when two states never were one', async () => {
    const bucket = await freshBucket();
    const [first, , third] = farm.workers.map(({ host }) => host);
    const all = await readFile(join(bucket.dir, 'workspace/workers.json'), 'utf8');
    await listWorkers(bucket, [first ?? '']);
    await bucket.maand(['deploy', '--build', ...ON_WORKERS]);
    await bucket.write('workspace/workers.json', all);
    await listWorkers(bucket, [third ?? '']);
    await bucket.maand(['deploy', '--build', ...ON_WORKERS]);
    const right = (await bucket.maand(['state', 'show', '--json', ...ON_WORKERS])).json.lineage;
    await bucket.write('workspace/workers.json', all);
    expect(await bucket.maand(['build', ...ON_WORKERS])).toMatchObject({ status: 3, stderr: expect.stringContaining('state-two-lineages') });
    const recovered = await bucket.maand(['state', 'recover', '--from', third ?? '', '--reason', 'the other was a mistake', '--json', ...ON_WORKERS]);
    expect(recovered.status, recovered.stderr).toBe(0);
    expect(recovered.json.after).toMatchObject({ verdict: 'proven', lineage: right, members: [...farm.workers].map(({ host }) => host).sort() });
    expect((await bucket.maand(['deploy', '--build', ...ON_WORKERS])).status).toBe(0);
    expect(await bucket.maand(['state', 'recover', '--from', '10.9.9.9', '--reason', 'x', ...ON_WORKERS])).toMatchObject({ status: 2 });
  }, 120_000);

  it('brings the document before back when a file is damaged or gone', async () => {
    const bucket = await freshBucket();
    await bucket.maand(['deploy', '--build']);
    const file = join(bucket.dir, 'data/state.json');
    const { serial } = JSON.parse(await readFile(file, 'utf8'));
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.slice(0, text.length / 2));
    expect(await bucket.maand(['plan'])).toMatchObject({ status: 3, stderr: expect.stringContaining('maand state recover') });
    expect(await bucket.maand(['state', 'show'])).toMatchObject({ status: 3, stdout: expect.stringContaining('refused: it is not JSON') });
    const recovered = await bucket.maand(['state', 'recover', '--reason', 'the disk was full', '--json']);
    expect(recovered.status, recovered.stderr).toBe(0);
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ serial: serial + 1, repairs: [{ reason: 'the disk was full' }] });
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
  ])('seals everything with a new key, and the old one is not needed any more, on %s', async (_where, place) => {
    const bucket = await bucketWithSecret(place);
    const keyFile = join(bucket.dir, 'secrets/state.key');
    const old = await readFile(keyFile, 'utf8');
    expect(await bucket.maand(['state', 'rotate-key', ...place])).toMatchObject({ status: 2, stderr: expect.stringContaining('--new-key') });
    const rotated = await bucket.maand(['state', 'rotate-key', '--new-key', ...place, '--json']);
    expect(rotated.json, rotated.stderr).toMatchObject({ ok: true, rotated: true, sealed: expect.any(Number) });
    const lines = (await readFile(keyFile, 'utf8')).split('\n');
    expect(lines).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/), old.trim(), '']);
    await writeFile(keyFile, `${lines[0]}\n`, { mode: 0o600 });
    const secret = await bucket.maand(['cat', 'kv', 'get', 'secrets/job/web', 'password', '--reveal', ...place]);
    expect(secret.stdout, secret.stderr).toContain('correct-horse');
    expect((await bucket.maand(['plan', '--json', ...place])).json).toMatchObject({ required: false });
    await writeFile(keyFile, old);
    expect((await bucket.maand(['cat', 'kv', 'get', 'secrets/job/web', 'password', '--reveal', ...place])).status).toBe(3);
    // The old line may stay: then there is nothing left to do.
    await writeFile(keyFile, lines.join('\n'));
    expect((await bucket.maand(['state', 'rotate-key', ...place, '--json'])).json).toMatchObject({ ok: true, rotated: false });
  }, 120_000);

  it('changes nothing when a secret opens with no key at hand', async () => {
    const bucket = await bucketWithSecret();
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
    expect(given).toMatchObject({ status: 2, stderr: expect.stringContaining('from outside') });
  }, 60_000);
});

describe('state adopt', () => {
  it.each([
    ['a file', []],
    ['workers', ON_WORKERS],
  ])('takes over what is deployed when its state is lost: then there is nothing to do, and one change is one change (%s)', async (_where, place) => {
    const bucket = await freshBucket();
    const blob = Buffer.from(Array.from({ length: 70_000 }, (_, at) => (at * 7) & 255)).toString('latin1');
    await bucket.addJob('web', everywhere, { 'conf/a b.txt': 'x\n', 'empty.txt': '', 'blob.bin': blob, 'deep/er/x.tpl': '{{ .BucketID }}\n' });
    await bucket.write('workspace/jobs/web/run.sh', '#!/bin/sh\n', 0o755);
    await mkdir(join(bucket.dir, 'workspace/jobs/web/spool/today'), { recursive: true });
    await bucket.addJob('cron', { version: '2.1.0', selectors: ['worker'] });
    await bucket.addJob('off', everywhere);
    await bucket.maand(['deploy', '--build']);
    await bucket.write('workspace/disabled.json', JSON.stringify({ jobs: { off: { allocations: [] } } }));
    const deployed = await bucket.maand(['deploy', '--build', '--json']);
    expect(deployed.status, deployed.stderr).toBe(0);
    const id = JSON.parse(await readFile(join(bucket.dir, 'data/state.json'), 'utf8')).bucketId;
    const again = await bucket.maand(['state', 'adopt']);
    expect(again).toMatchObject({ status: 3, stderr: expect.stringContaining('has a state already') });
    await rm(join(bucket.dir, 'data'), { recursive: true });
    if (place.length > 0) {
      expect(await bucket.maand(['build', ...place])).toMatchObject({ status: 3, stderr: expect.stringContaining('maand state adopt') });
    }
    await bucket.journal();
    const connections = await bucket.connections();
    const adopted = await bucket.maand(['state', 'adopt', '--json', ...place]);
    expect(adopted.status, adopted.stderr).toBe(0);
    expect(adopted.json).toMatchObject({ bucket_id: id, update_seq: 2 });
    expect(adopted.json.allocations).toHaveLength(9);
    expect(adopted.json.not_taken_over.join()).toContain('--import');
    expect(await bucket.connections()).toEqual(connections.map((count) => count + 1));
    const plan = await bucket.maand(['plan', '--json', ...place]);
    expect(plan.json.waves.flatMap(({ jobs }: { jobs: readonly { job: string; required: boolean }[] }) => jobs.filter(({ required }) => required))).toEqual([]);
    await bucket.write('workspace/jobs/cron/release.txt', '2\n');
    const done = await bucket.maand(['deploy', '--build', '--json', ...place]);
    expect(done.status, done.stderr).toBe(0);
    expect(done.json.jobs).toMatchObject([
      { job: 'cron', outcome: 'deployed' },
      { job: 'off', outcome: 'skipped' },
      { job: 'web', outcome: 'skipped' },
    ]);
    expect((await bucket.journal()).map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual(Array(3).fill('restart cron'));
    expect(await readdir(await rootOn(bucket, 0))).toContain(id);
  }, 120_000);

  it('takes over a fleet that the maand CLI has laid out, with its ports and its sealed secrets', async () => {
    const bucket = await freshBucket(farm.workers.slice(0, 1));
    await bucket.addJob('web', { ...everywhere, version: '3.1.0', resources: { ports: { web_port: {} } } }, { 'Makefile.tpl': 'start:\n\t@true\n', 'c.tpl': '{{ get "maand/bucket" "web_port" }} {{ getSecret "password" }}\n' });
    const id = '11111111-2222-4333-8444-555555555555';
    const root = join(await rootOn(bucket, 0), id);
    const lay = async (path: string, text: string) => {
      await mkdir(join(root, path, '..'), { recursive: true });
      await writeFile(join(root, path), text);
      await chmod(join(root, path), 0o755);
    };
    await lay('worker.json', JSON.stringify({ bucket_id: id, worker_id: 'w-1', worker_ip: 'x', labels: [], update_seq: 17 }, null, 3));
    await lay('jobs.json', JSON.stringify([{ job: 'web', disabled: 0 }]));
    await lay('bin/runner.py', '');
    await lay('jobs/web/manifest.json', JSON.stringify({ version: '3.1.0' }));
    await lay('jobs/web/Makefile', 'start:\n\t@true\n');
    await lay('jobs/web/release.txt', '1\n');
    await lay('jobs/web/c', '31007 s3cret-word\n');
    await lay('jobs/web/data/db', 'never read');
    await lay('jobs/web/__pycache__/x.pyc', '?');
    const kvKey = randomBytes(32);
    await writeFile(join(bucket.dir, 'secrets/kv.key'), kvKey);
    const imported = { ports: { web: { web_port: 31_007 } }, kv: { 'secrets/job/web': { password: createSecretBox([kvKey]).seal('s3cret-word') } } };
    await bucket.write('import.json', JSON.stringify(imported));
    const adopted = await bucket.maand(['state', 'adopt', id, '--import', join(bucket.dir, 'import.json')]);
    expect(adopted.status, adopted.stderr).toBe(0);
    expect(adopted.stdout).toContain('the maand CLI makes every file executable');
    const plan = await bucket.maand(['plan', '--json']);
    expect(plan.json?.required, `${plan.stderr}${JSON.stringify(plan.json)}`).toBe(false);
    expect((await bucket.maand(['cat', 'info', '--json'])).json).toContainEqual({ name: 'update_sequence', value: 17 });
  }, 60_000);

  it('says what it cannot do', async () => {
    const bucket = await freshBucket();
    expect(await bucket.maand(['state', 'adopt'])).toMatchObject({ status: 2, stderr: expect.stringContaining('no bucket is deployed') });
    await bucket.write('import.json', '{"kv": {"maand/job/web": {}}}');
    expect(await bucket.maand(['state', 'adopt', '--import', join(bucket.dir, 'import.json')])).toMatchObject({ status: 2, stderr: expect.stringContaining('maand/job/web') });
    await bucket.edit('workspace/workers.json', (text) => text.replace(`"port":${farm.workers[1]?.port}`, '"port":1'));
    expect(await bucket.maand(['state', 'adopt'])).toMatchObject({ status: 1, stderr: expect.stringContaining(farm.workers[1]?.host ?? '?') });
  }, 60_000);
});
