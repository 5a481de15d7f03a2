import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeAuthority } from '../../../src/certs/issue.ts';
import { isDue } from '../../../src/certs/lifetime.ts';
import { CaseBucket } from '../../support/case-bucket.ts';
import { alternativeNamesOf, publicKeysOf, verify } from '../../support/openssl.ts';
import { boxOf } from '../../support/stage-case.ts';

const DAY_MS = 86_400_000;
const subject = { common_name: 'web.example.org' };
const everywhere = { selectors: ['worker'] };
const two = [{ host: '10.0.0.1' }, { host: '10.0.0.2' }];
const namespace = (host: string, job = 'api') => `maand/job/${job}/worker/${host}`;

async function pairOf(bucket: CaseBucket, name: string, host = '10.0.0.1') {
  const { [`certs/${name}.crt`]: certificate = '', [`certs/${name}.key`]: sealed = '' } = await bucket.kv(
    namespace(host),
  );
  return { certificate, key: (await boxOf(bucket)).open(sealed) };
}

async function certificates(bucket: CaseBucket, name: string, hosts = ['10.0.0.1', '10.0.0.2']): Promise<string[]> {
  return Promise.all(hosts.map(async (host) => (await pairOf(bucket, name, host)).certificate));
}

describe('the CA', () => {
  it('refuses a CA with a missing file, at init and at build, and makes nothing', async () => {
    const bare = await CaseBucket.bare();
    await bare.write('secrets/ca.crt', 'mine');
    const ending = await bare.maand('init');
    expect(ending).toMatchObject({
      exitCode: 2,
      errors: ['bucket CA is incomplete: secrets must contain both ca.crt and ca.key'],
    });
    await expect(stat(join(bare.dir, 'maand.conf'))).rejects.toThrow('ENOENT');
    const bucket = await CaseBucket.create();
    expect(await bucket.refused({ files: { 'secrets/ca.key': undefined } })).toEqual([
      expect.stringContaining('CA is incomplete'),
    ]);
  });

  it('is published by the first build, even without jobs', async () => {
    const bucket = await CaseBucket.create({ workers: [] });
    await bucket.build();
    const { 'certs/ca.crt': published } = await bucket.kv('maand/worker');
    expect(`${published}\n`).toBe(await bucket.read('secrets/ca.crt'));
    await verify(`${published}`, `${published}`);
    expect((await stat(join(bucket.dir, 'secrets/ca.key'))).mode & 0o777).toBe(0o600);
  });

  it('is replaced when its files are replaced: every certificate is made again, once', async () => {
    const bucket = await CaseBucket.create({ jobs: { api: { ...everywhere, certs: { a: { subject } } } } });
    await bucket.build();
    const before = await pairOf(bucket, 'a');
    const pair = await makeAuthority('another', Date.now());
    await bucket.build({ files: { 'secrets/ca.crt': pair.certificate, 'secrets/ca.key': pair.key } });
    const after = await pairOf(bucket, 'a');
    expect(after).not.toEqual(before);
    await verify(pair.certificate, after.certificate);
    await bucket.build();
    expect(await pairOf(bucket, 'a')).toEqual(after);
  });

  it('fails the build after it has expired, and the error names the file and the date', async () => {
    const expired = await makeAuthority('old', Date.now() - 3651 * DAY_MS);
    const bucket = await CaseBucket.create();
    const files = { 'secrets/ca.crt': expired.certificate, 'secrets/ca.key': expired.key };
    expect(await bucket.refused({ files })).toEqual([
      expect.stringMatching(
        /^ErrExpiredCA: bucket CA certificate \(secrets\/ca\.crt\) expired on \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/,
      ),
    ]);
    expect((await bucket.maand('plan')).errors).toEqual([expect.stringContaining('expired on')]);
    expect((await bucket.maand('build', '--check')).exitCode).toBe(0);
  });
});

describe('certificates', () => {
  it('are made once, and are valid for servers and clients', async () => {
    const bucket = await CaseBucket.create({ jobs: { api: { ...everywhere, certs: { a: { subject } } } } });
    await bucket.build();
    const pair = await pairOf(bucket, 'a');
    await verify(await bucket.read('secrets/ca.crt'), pair.certificate);
    const [ofCertificate, ofKey] = await publicKeysOf(pair);
    expect(ofCertificate).toBe(ofKey);
    expect(await bucket.stateText()).not.toContain('PRIVATE KEY');
    const state = await bucket.stateText();
    for (let times = 0; times < 2; times++) await bucket.build();
    expect(await bucket.stateText()).toBe(state);
  });

  it('are made again by every build when the renewal window is the whole lifetime', async () => {
    const bucket = await CaseBucket.create({ jobs: { api: { ...everywhere, certs: { a: { subject } } } } });
    const settings = (await bucket.read('maand.conf')).replace('certs_renewal_buffer = 0', 'certs_renewal_buffer = 60');
    await bucket.build({ files: { 'maand.conf': settings } });
    const first = await pairOf(bucket, 'a');
    const { warnings } = await bucket.build();
    expect(await pairOf(bucket, 'a')).not.toEqual(first);
    expect([...new Set(warnings)]).toEqual([expect.stringContaining('every build renews every certificate')]);
  });

  it.each([
    ['expired', -1, 0, true],
    ['10 days left, buffer 30', 10, 30, true],
    ['90 days left, buffer 30', 90, 30, false],
    ['10 days left, no buffer', 10, 0, false],
    ['59 days left, buffer 61', 59, 61, true],
  ])('is due or not: %s', (_what, daysLeft, bufferDays, due) => {
    const nowMs = Date.now();
    expect(isDue({ notAfterMs: nowMs + daysLeft * DAY_MS }, { nowMs, bufferDays })).toBe(due);
  });

  it('are removed when the manifest no longer declares them; other keys stay', async () => {
    const bucket = await CaseBucket.create({
      jobs: { api: { ...everywhere, certs: { a: { subject }, b: { subject, key: 'ec-p256' } } } },
    });
    await bucket.build();
    const before = await bucket.kv(namespace('10.0.0.1'));
    expect(Object.keys(before)).toEqual(
      expect.arrayContaining(['certs/a.crt', 'certs/a.key', 'certs/b.crt', 'certs/b.key']),
    );
    await bucket.build({ jobs: { api: everywhere } });
    const { api_allocation_index: index, peer_workers: peers } = before;
    expect(await bucket.kv(namespace('10.0.0.1'))).toEqual({ api_allocation_index: index, peer_workers: peers });
  });

  it('with "one" are the same on every worker, and name all of them', async () => {
    const bucket = await CaseBucket.create({
      workers: two,
      jobs: { api: { ...everywhere, certs: { a: { subject, one: true } } } },
    });
    await bucket.build();
    const [first, second] = [await pairOf(bucket, 'a'), await pairOf(bucket, 'a', '10.0.0.2')];
    expect(first).toEqual(second);
    expect(await alternativeNamesOf(first.certificate)).toEqual(
      [
        'DNS:localhost',
        'DNS:web.example.org',
        'IP Address:10.0.0.1',
        'IP Address:10.0.0.2',
        'IP Address:127.0.0.1',
      ].sort(),
    );
  });

  it.each([
    [true, 'rsa-2048', 'PRIVATE KEY'],
    [false, 'rsa-2048', 'RSA PRIVATE KEY'],
    [true, 'ec-p256', 'PRIVATE KEY'],
    [false, 'ec-p256', 'EC PRIVATE KEY'],
  ])('pkcs8 %s, %s gives a %s', async (pkcs8, key, armour) => {
    const bucket = await CaseBucket.create({ jobs: { api: { ...everywhere, certs: { a: { subject, pkcs8, key } } } } });
    await bucket.build();
    expect((await pairOf(bucket, 'a')).key).toMatch(new RegExp(`^-----BEGIN ${armour}-----\n`));
  });

  it('of other workers stay when one is added; with "one" all change together, and stay when one leaves', async () => {
    const certs = { own: { subject, key: 'ec-p256' }, shared: { subject, key: 'ec-p256', one: true } };
    const bucket = await CaseBucket.create({ jobs: { api: { ...everywhere, certs } } });
    await bucket.build();
    const [own] = await certificates(bucket, 'own', ['10.0.0.1']);
    const [shared] = await certificates(bucket, 'shared', ['10.0.0.1']);
    await bucket.build({ workers: two });
    const ownNow = await certificates(bucket, 'own');
    expect(ownNow[0]).toBe(own);
    expect(ownNow[1]).not.toBe(own);
    const sharedNow = await certificates(bucket, 'shared');
    expect(sharedNow[0]).not.toBe(shared);
    expect(sharedNow[0]).toBe(sharedNow[1]);
    await bucket.build({ workers: [{ host: '10.0.0.1' }] });
    expect(await certificates(bucket, 'shared', ['10.0.0.1'])).toEqual([sharedNow[0]]);
    expect(await bucket.kv(namespace('10.0.0.2'))).toEqual({});
  });
});
