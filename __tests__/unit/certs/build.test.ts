/**
 * Tests which CA a build uses, which certificates it makes again and which it keeps, with complete buckets built in
 * this process.
 */
import { X509Certificate } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeAuthority } from '../../../src/certs/issue.ts';
import { CaseBucket } from '../../support/case-bucket.ts';
import { alternativeNamesOf, handMadeAuthority, verify } from '../../support/openssl.ts';
import { boxOf } from '../../support/stage-case.ts';

const DAY_MS = 86_400_000;
const NO_FILES = { 'secrets/ca.crt': undefined, 'secrets/ca.key': undefined };
const web = { subject: { common_name: 'web.example.org' }, key: 'ec-p256' };
const api = { selectors: ['worker'], certs: { web } };
const hosts = ['10.0.0.1', '10.0.0.2'];
const two = hosts.map((host) => ({ host }));

async function certificate(bucket: CaseBucket, host = '10.0.0.1', job = 'api', name = 'web'): Promise<string> {
  return (await bucket.kv(`maand/job/${job}/worker/${host}`))[`certs/${name}.crt`] ?? '';
}

const authorityOf = async (bucket: CaseBucket) => (await bucket.kv('maand/worker'))['certs/ca.crt'] ?? '';

describe('the CA of a build', () => {
  it('is kept in the state, so that a runner without secrets/ uses the same CA', async () => {
    const bucket = await CaseBucket.create({ jobs: { api } });
    await bucket.build();
    const [before, authority] = [await certificate(bucket), await authorityOf(bucket)];
    await bucket.build({ files: NO_FILES });
    expect(await certificate(bucket)).toBe(before);
    await bucket.build({ workers: two });
    expect(await certificate(bucket)).toBe(before);
    await verify(authority, await certificate(bucket, '10.0.0.2'));
    await expect(stat(join(bucket.dir, 'secrets/ca.key'))).rejects.toThrow('ENOENT');
  });

  it('is made by the first build when it is missing, and init writes it to secrets/ again', async () => {
    const bucket = await CaseBucket.create({ jobs: { api }, files: NO_FILES });
    await bucket.editState(() => ({ certificates: undefined as never }));
    await bucket.build();
    const authority = await authorityOf(bucket);
    await verify(authority, await certificate(bucket));
    expect(new X509Certificate(authority).subject).toBe(`CN=${(await bucket.state()).bucketId}`);
    expect(await bucket.stateText()).not.toContain('PRIVATE KEY');
    const ending = await bucket.maand('init');
    expect(ending.json.created).toEqual(['secrets/ca.crt', 'secrets/ca.key']);
    expect(await bucket.read('secrets/ca.crt')).toBe(`${authority}\n`);
    const before = await bucket.stateText();
    await bucket.build();
    expect(await bucket.stateText()).toBe(before);
  });

  it('is the CA that a user provides, even without init, and is stored in the state with its key', async () => {
    const pair = await handMadeAuthority('ec', 'traditional');
    const bucket = await CaseBucket.create({
      jobs: { api },
      files: { 'secrets/ca.crt': pair.certificate, 'secrets/ca.key': pair.key },
    });
    await bucket.build();
    await verify(pair.certificate, await certificate(bucket));
    const { certificates } = await bucket.state();
    expect((await boxOf(bucket)).open(certificates?.authority.sealedKey ?? '')).toBe(pair.key);
    const before = await certificate(bucket);
    await bucket.build({ files: NO_FILES });
    expect(await certificate(bucket)).toBe(before);
  });

  it.each([
    ['junk', 'x', 'ErrInvalidCA: the bucket CA cannot be used: secrets/ca.crt holds no certificate in PEM form'],
    [
      'another CA than the key',
      undefined,
      'ErrInvalidCA: the bucket CA cannot be used: secrets/ca.key is not the key of',
    ],
  ])('is refused as %s', async (_what, text, message) => {
    const bucket = await CaseBucket.create();
    const content = text ?? (await makeAuthority('other', Date.now())).certificate;
    expect(await bucket.refused({ files: { 'secrets/ca.crt': content } })).toEqual([expect.stringContaining(message)]);
  });

  it('limits the lifetime of the certificates that it signs, which are not made again in each build because of that', async () => {
    const pair = await makeAuthority('old', Date.now() - 3640 * DAY_MS);
    const bucket = await CaseBucket.create({ jobs: { api } });
    const settings = (await bucket.read('maand.conf')).replace('certs_renewal_buffer = 0', 'certs_renewal_buffer = 30');
    const { warnings } = await bucket.build({
      files: { 'secrets/ca.crt': pair.certificate, 'secrets/ca.key': pair.key, 'maand.conf': settings },
    });
    expect([...new Set(warnings)]).toEqual([expect.stringContaining('(secrets/ca.crt) expires on')]);
    const before = await certificate(bucket);
    expect(new X509Certificate(before).validTo).toBe(new X509Certificate(pair.certificate).validTo);
    await bucket.build();
    expect(await certificate(bucket)).toBe(before);
  });
});

describe('the certificates that a build makes again', () => {
  const all = async (bucket: CaseBucket, job = 'api') =>
    Promise.all(hosts.map((host) => certificate(bucket, host, job)));

  it('are all certificates of a job whose certs changed, and none of another job', async () => {
    const bucket = await CaseBucket.create({ workers: two, jobs: { api, other: api } });
    await bucket.build();
    const [apiBefore, otherBefore] = [await all(bucket), await all(bucket, 'other')];
    await bucket.build({ jobs: { api: { ...api, certs: { web: { ...web, pkcs8: true } } } } });
    const apiAfter = await all(bucket);
    expect(apiAfter.filter((text) => apiBefore.includes(text))).toEqual([]);
    expect(await all(bucket, 'other')).toEqual(otherBefore);
  });

  it('are none when the manifest changed only in form', async () => {
    const bucket = await CaseBucket.create({ workers: two, jobs: { api } });
    await bucket.build();
    const before = await all(bucket);
    const spelled = { key: 'ec-p256', one: false, pkcs8: false, subject: { common_name: ' web.example.org ' } };
    await bucket.build({ jobs: { api: { version: '2.0', ...api, certs: { web: spelled } } } });
    expect(await all(bucket)).toEqual(before);
  });

  it('are those of a worker whose name changed, even if it is disabled', async () => {
    const bucket = await CaseBucket.create({
      workers: two,
      jobs: { api },
      files: { 'workspace/disabled.json': '{"workers":["10.0.0.2"]}' },
    });
    await bucket.build();
    const before = await all(bucket);
    await bucket.build({ workers: [{ host: '10.0.0.1' }, { host: '10.0.0.2', hostname: 'web2' }] });
    const [first, second = ''] = await all(bucket);
    expect(first).toBe(before[0]);
    expect(await alternativeNamesOf(second)).toContain('DNS:web2');
  });

  it.each([
    ['certs/web.crt', 'junk', ['10.0.0.1']],
    ['certs/web.key', '-----BEGIN PRIVATE KEY-----', ['10.0.0.1']],
  ])('is what lies there broken: %s', async (key, value, made) => {
    const bucket = await CaseBucket.create({ workers: two, jobs: { api } });
    await bucket.build();
    const before = await all(bucket);
    await bucket.putValue('maand/job/api/worker/10.0.0.1', key, value);
    await bucket.build();
    const after = await all(bucket);
    expect(hosts.filter((_host, at) => after[at] !== before[at])).toEqual(made);
    await verify(await authorityOf(bucket), after[0] ?? '');
  });
});

describe('a shared pair', () => {
  it.each(['certs/web.crt', 'certs/web.key'])(
    'is made again for all workers when one worker lost its %s',
    async (key) => {
      const shared = { ...api, certs: { web: { ...web, one: true } } };
      const bucket = await CaseBucket.create({ workers: two, jobs: { api: shared } });
      await bucket.build();
      const before = await certificate(bucket);
      await bucket.putValue('maand/job/api/worker/10.0.0.2', key, 'lost');
      await bucket.build();
      const after = await certificate(bucket);
      expect(after).not.toBe(before);
      expect(await certificate(bucket, '10.0.0.2')).toBe(after);
    },
  );
});

describe('a plan', () => {
  it('makes no certificate, saves nothing, and shows what a build would change', async () => {
    const bucket = await CaseBucket.create({ jobs: { api } });
    const before = await bucket.stateText();
    const { exitCode, json } = await bucket.maand('plan');
    expect({ exitCode, required: json.required }).toEqual({ exitCode: 0, required: true });
    expect(await bucket.stateText()).toBe(before);
    expect((await bucket.maand('cat', 'deployments')).json).toMatchObject([{ job: 'api', rollout: 'new' }]);
    expect(await bucket.stateText()).toBe(before);
  });
});

describe('cat certs', () => {
  it('lists the CA and the certificates of jobs, before and after a build', async () => {
    const bucket = await CaseBucket.create({ workers: two, jobs: { api, other: api } });
    const ca = { scope: 'bucket', cert: 'ca', status: 'ok', common_name: (await bucket.state()).bucketId };
    const leaf = { scope: 'job', job: 'api', worker: '10.0.0.1', cert: 'web' };
    const list = async (...args: string[]) =>
      (await bucket.maand('cat', 'certs', '--workers', '10.0.0.1', ...args)).json;
    expect(await list('--jobs', 'api')).toMatchObject([ca, { ...leaf, status: 'missing' }]);
    await bucket.build();
    expect(await list('--jobs', 'api')).toMatchObject([
      ca,
      {
        ...leaf,
        status: 'ok',
        common_name: 'web.example.org',
        days_left: 59,
        not_after: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$/),
      },
    ]);
    expect(await list()).toHaveLength(3);
    await bucket.putValue('maand/job/api/worker/10.0.0.1', 'certs/web.crt', 'junk');
    expect((await list('--jobs', 'api'))[1]).toMatchObject({ ...leaf, status: 'invalid' });
    const hidden = await bucket.maand('cat', 'kv', '--jobs', 'api');
    expect(hidden.text).toMatch(/certs\/web\.key +\[encrypted\]/);
  });
});
