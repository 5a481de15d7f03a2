import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeAuthority } from '../../src/certs/issue.ts';
import { findNode20 } from '../support/node20.ts';
import { publicKeysOf, verify } from '../support/openssl.ts';
import { type Farm, type FarmWorker, startFarm } from '../support/ssh-farm.ts';
import { TestBucket } from '../support/test-bucket.ts';

const run = promisify(execFile);
const web = { subject: { common_name: 'web.example.org' }, key: 'ec-p256' };
const job = { version: '1.0.0', selectors: ['worker'], certs: { web } };

let farm: Farm;

beforeAll(async () => {
  farm = await startFarm({ workers: 2 });
});

afterAll(() => farm.stop());

async function delivered(bucket: TestBucket, worker: FarmWorker): Promise<Record<string, string>> {
  const folder = join(await bucket.folderOn(worker), 'jobs/api/certs');
  const names = (await readdir(folder)).sort();
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')])),
  );
}

async function modesOn(bucket: TestBucket, worker: FarmWorker): Promise<Record<string, string>> {
  const folder = join(await bucket.folderOn(worker), 'jobs/api/certs');
  const names = (await readdir(folder)).sort();
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, ((await stat(join(folder, name))).mode & 0o7777).toString(8)])),
  );
}

const secretsIn = (pem: string) => pem.split('\n').filter((line) => line.length > 20 && !line.startsWith('-'));

describe('certificates', () => {
  it('arrive with their modes, roll the job when they change, and leave no key in clear', async () => {
    const bucket = await TestBucket.create(farm);
    await bucket.addJob('api', job);
    await bucket.addJob('plain', { version: '1.0.0', selectors: ['worker'] });
    const first = await bucket.maand(['deploy', '--build']);
    expect(first, first.stderr).toMatchObject({ status: 0 });
    expect(first.stderr).toContain('job api: certificate web issued (new) for');
    const keys: string[] = [];
    for (const worker of farm.workers) {
      const {
        'ca.crt': ca = '',
        'web.crt': certificate = '',
        'web.key': key = '',
        ...rest
      } = await delivered(bucket, worker);
      expect(rest).toEqual({});
      expect(await modesOn(bucket, worker)).toEqual({ 'ca.crt': '644', 'web.crt': '644', 'web.key': '600' });
      await verify(ca, certificate);
      const [ofCertificate, ofKey] = await publicKeysOf({ certificate, key });
      expect(ofCertificate).toBe(ofKey);
      for (const text of [ca, certificate, key]) expect(text).toMatch(/[^\n]\n$/);
      expect(ca).toBe(await readFile(join(bucket.dir, 'secrets/ca.crt'), 'utf8'));
      expect(await bucket.filesOn(worker, 'jobs/plain')).not.toContain('certs/ca.crt');
      keys.push(...secretsIn(key));
    }
    const secrets = [...keys, ...secretsIn(await readFile(join(bucket.dir, 'secrets/ca.key'), 'utf8'))];
    const state = await readFile(join(bucket.dir, 'data/state.json'), 'utf8');
    const output = first.stdout + first.stderr;
    expect(secrets.filter((line) => state.includes(line) || output.includes(line))).toEqual([]);
    expect(await readdir(join(bucket.dir, 'tmp'))).toEqual([]);

    await bucket.journal();
    const second = await bucket.maand(['deploy', '--build', '--json']);
    expect(second.json.jobs).toMatchObject([{ outcome: 'skipped' }, { outcome: 'skipped' }]);

    const pair = await makeAuthority('another', Date.now());
    await bucket.write('secrets/ca.crt', pair.certificate);
    await bucket.write('secrets/ca.key', pair.key, 0o600);
    const plan = (await bucket.maand(['plan', '--json'])).json;
    const changed = ['certs/ca.crt', 'certs/web.crt', 'certs/web.key'];
    expect(plan.waves[0].jobs).toMatchObject([
      {
        job: 'api',
        required: true,
        allocations: [
          { action: 'restart', changed },
          { action: 'restart', changed },
        ],
      },
      { job: 'plain', required: false },
    ]);
    const third = await bucket.maand(['deploy', '--build', '--json', '--plan-digest', plan.digest]);
    expect(third, third.stderr).toMatchObject({ status: 0 });
    expect((await bucket.journal()).map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
      'restart api',
      'restart api',
    ]);
    for (const worker of farm.workers)
      await verify(pair.certificate, (await delivered(bucket, worker))['web.crt'] ?? '');
  });

  it('follow restart_globs: a new certificate reloads, and a new worker touches no other', async () => {
    const bucket = await TestBucket.create(farm);
    const [one] = farm.workers as [FarmWorker];
    await bucket.useWorkers([one]);
    await bucket.addJob('api', { ...job, restart_policy: 'reload', restart_globs: ['Makefile'] });
    expect(await bucket.maand(['deploy', '--build'])).toMatchObject({ status: 0 });
    await bucket.journal();
    const before = await delivered(bucket, one);
    await bucket.useWorkers(farm.workers);
    expect(await bucket.maand(['deploy', '--build'])).toMatchObject({ status: 0 });
    expect((await bucket.journal()).map((line) => line.split(' ')[0])).toEqual(['start']);
    expect(await delivered(bucket, one)).toEqual(before);
    await bucket.edit('workspace/jobs/api/manifest.json', (text) => text.replace('web.example.org', 'www.example.org'));
    expect(await bucket.maand(['deploy', '--build'])).toMatchObject({ status: 0 });
    expect((await bucket.journal()).map((line) => line.split(' ')[0])).toEqual(['reload', 'reload']);
  });

  it('lie beside hooks, whose output hides the key', async () => {
    const bucket = await TestBucket.create(farm);
    const hook = [
      'import os, stat, ssl',
      'for name in sorted(os.listdir("certs")):',
      '    print(name, oct(stat.S_IMODE(os.stat("certs/" + name).st_mode)))',
      'if os.path.exists("certs/web.key"):',
      '    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile="certs/ca.crt")',
      '    context.load_cert_chain("certs/web.crt", "certs/web.key")',
      '    print(open("certs/web.key").read())',
      '',
    ].join('\n');
    const hooks = { hook_look: { executed_on: ['cli'] } };
    await bucket.addJob('api', { ...job, hooks }, { '_hooks/hook_look.py': hook });
    await bucket.addJob('plain', { ...job, certs: {}, hooks }, { '_hooks/hook_look.py': hook });
    expect(await bucket.maand(['build'])).toMatchObject({ status: 0 });
    const { status, json, stderr } = await bucket.maand(['hooks', 'hook_look', '--json']);
    expect(status, stderr).toBe(0);
    const of = (name: string) => json.hooks.filter((record: { job: string }) => record.job === name);
    for (const record of of('api')) {
      expect(record.stdout).toMatch(
        /^ca\.crt 0o644\nweb\.crt 0o644\nweb\.key 0o600\n-----BEGIN EC PRIVATE KEY-----\n(?:\*\*\*\n)+-----END EC PRIVATE KEY-----\n/,
      );
    }
    for (const record of of('plain')) expect(record.stdout).toBe('ca.crt 0o644');
    expect(of('api')).toHaveLength(2);
    expect(of('plain')).toHaveLength(2);
  });

  it('are also made by Node 20; a build without changes does not load the code that makes them', async () => {
    const bucket = await TestBucket.create(farm);
    await bucket.addJob('api', { ...job, certs: { web, old: { ...web, key: 'rsa-2048', pkcs8: true, one: true } } });
    const chunks = async (args: readonly string[]) => {
      const folder = join(bucket.dir, `coverage-${args.join('-')}`);
      await mkdir(folder);
      const ended = await bucket.maand(args, { env: { NODE_V8_COVERAGE: folder } });
      expect(ended, ended.stderr).toMatchObject({ status: 0 });
      const { stdout } = await run('grep', ['-rhoE', '"url":"file:[^"]*"', folder], { maxBuffer: 1 << 26 });
      return stdout.split('\n').filter((line) => /x509|\/issue[^/]*$/.test(line));
    };
    expect(await chunks(['build', '--check'])).toEqual([]);
    expect(await chunks(['plan'])).toEqual([]);
    const made = await bucket.maand(['build'], { node: await findNode20() });
    expect(made, made.stderr).toMatchObject({ status: 0 });
    const state = await readFile(join(bucket.dir, 'data/state.json'), 'utf8');
    expect(await chunks(['build'])).toEqual([]);
    expect(await readFile(join(bucket.dir, 'data/state.json'), 'utf8')).toBe(state);
    await bucket.edit('workspace/jobs/api/manifest.json', (text) =>
      text.replaceAll('web.example.org', 'www.example.org'),
    );
    expect(await chunks(['deploy', '--build'])).not.toEqual([]);
    const [worker] = farm.workers as [FarmWorker];
    const { 'ca.crt': ca = '', ...rest } = await delivered(bucket, worker);
    for (const name of ['web.crt', 'old.crt']) await verify(ca, rest[name] ?? '');
  });
});
