import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CatalogJob } from '../../../src/catalog/types.ts';
import { deliveredCertificates, hookCertificates } from '../../../src/certs/files.ts';
import { createSecretBox, SecretError } from '../../../src/kv/secrets.ts';
import { KvStore } from '../../../src/kv/store.ts';
import { StagingArea } from '../../../src/stage/staging-area.ts';
import { CaseBucket } from '../../support/case-bucket.ts';
import { stageJob } from '../../support/stage-case.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { aJob } from '../hooks/rig.ts';

const box = createSecretBox([Buffer.alloc(32, 5)]);
const certs = { web: { subject: { common_name: 'w' }, key: 'ec-p256' } };
const api = { selectors: ['worker'], certs };

function open() {
  const heard: string[] = [];
  const store = new KvStore({}, () => 0);
  store.put('maand/worker', 'certs/ca.crt', 'CA');
  store.put('maand/job/api/worker/h', 'certs/web.crt', 'CERT');
  store.putExact('maand/job/api/worker/h', 'certs/web.key', box.seal('KEY'));
  return { source: { store, box, onSecret: (plain: string) => heard.push(plain) }, store, heard };
}

function jobWith(names: readonly string[]): CatalogJob {
  const job = aJob({ dir: '/nowhere', hooks: [], files: [] });
  const entries = names.map((name) => ({ name, pkcs8: false, one: false, commonName: 'x', key: 'ec-p256' as const }));
  return { ...job, entry: { ...job.entry, certificates: entries } };
}

describe('deliveredCertificates', () => {
  it('opens a key only when it is read, and ends every file with a line break', () => {
    const { source, heard } = open();
    const { files, missing } = deliveredCertificates(source, jobWith(['web']), 'h');
    expect(missing).toEqual([]);
    expect(files.map(({ path, mode, identity }) => [path, mode, identity])).toEqual([
      ['certs/web.crt', 0o644, 'CERT'],
      ['certs/web.key', 0o600, 'CERT'],
      ['certs/ca.crt', 0o644, 'CA'],
    ]);
    expect(heard).toEqual([]);
    expect(files.map(({ read }) => read())).toEqual(['CERT\n', 'KEY\n', 'CA\n']);
    expect(heard).toEqual(['KEY']);
  });

  it('returns no file for a job that declares no certificate, and names missing files', () => {
    const { source } = open();
    expect(deliveredCertificates(source, jobWith([]), 'h')).toEqual({ files: [], missing: [] });
    expect(deliveredCertificates(source, jobWith(['db']), 'h').missing).toEqual(['certs/db.crt', 'certs/db.key']);
  });

  it('refuses a key that another box sealed, when it is read', () => {
    const { store } = open();
    const foreign = { store, box: createSecretBox([Buffer.alloc(32, 6)]), onSecret: () => {} };
    const [, key] = deliveredCertificates(foreign, jobWith(['web']), 'h').files;
    expect(() => key?.read()).toThrow(
      new SecretError('certs/web.key of maand/job/api/worker/h: failed to decrypt kv value'),
    );
  });
});

describe('hookCertificates', () => {
  it('returns the files that the store has, and the CA for every job', () => {
    const { source } = open();
    expect(hookCertificates(source, 'api', 'h').map(({ path }) => path)).toEqual([
      'certs/web.crt',
      'certs/web.key',
      'certs/ca.crt',
    ]);
    expect(hookCertificates(source, 'other', 'h').map(({ path }) => path)).toEqual(['certs/ca.crt']);
    expect(hookCertificates({ ...source, store: new KvStore({}, () => 0) }, 'api', 'h')).toEqual([]);
  });
});

describe('the delivered tree', () => {
  const staged = async (bucket: CaseBucket) => {
    const outcome = await stageJob(bucket, 'api');
    if (outcome.kind === 'failed') throw new Error(outcome.problems.map(({ message }) => message).join());
    return outcome.tree;
  };

  it('holds the certificates with their modes, in place of files with the same names', async () => {
    const job = 'workspace/jobs/api/';
    const files = {
      [`${job}certs/web.crt`]: 'mine',
      [`${job}certs/web.key.tpl`]: 'mine',
      [`${job}certs/extra`]: 'kept',
    };
    const bucket = await CaseBucket.create({ jobs: { api }, files });
    await bucket.build();
    const tree = await staged(bucket);
    expect(tree.files.map(({ path, mode }) => `${path} ${mode.toString(8)}`)).toEqual([
      'Makefile 644',
      'certs/ca.crt 644',
      'certs/extra 644',
      'certs/web.crt 644',
      'certs/web.key 600',
    ]);
    await using area = new StagingArea(await temporaryFolder(), () => {});
    const folder = await area.tree('api', tree);
    expect(await readFile(join(folder, 'certs/web.key'), 'utf8')).toMatch(/^-----BEGIN EC PRIVATE KEY-----\n/);
    expect((await stat(join(folder, 'certs/web.key'))).mode & 0o777).toBe(0o600);
    expect(await readFile(join(folder, 'certs/web.crt'), 'utf8')).toMatch(/^-----BEGIN CERTIFICATE-----\n/);
  });

  it('stays the same over builds, and changes in all three files when the CA changes', async () => {
    const bucket = await CaseBucket.create({ jobs: { api } });
    await bucket.build();
    const before = await staged(bucket);
    await bucket.build();
    expect((await staged(bucket)).hash).toBe(before.hash);
    await bucket.build({ files: { 'secrets/ca.crt': undefined, 'secrets/ca.key': undefined } });
    expect((await staged(bucket)).hash).toBe(before.hash);
    await bucket.editState(() => ({ certificates: undefined as never }));
    await bucket.build();
    const digests = new Map((await staged(bucket)).files.map(({ path, digest }) => [path, digest]));
    const changed = before.files.filter(({ path, digest }) => digests.get(path) !== digest).map(({ path }) => path);
    expect(changed).toEqual(['certs/ca.crt', 'certs/web.crt', 'certs/web.key']);
  });

  it('names the files that have not been made yet', async () => {
    const bucket = await CaseBucket.create({ jobs: { api: { selectors: ['worker'] } } });
    await bucket.build();
    await bucket.edit({ jobs: { api } });
    const message = 'job api on 10.0.0.1: certs/web.crt has not been made: run maand build';
    expect(await stageJob(bucket, 'api')).toMatchObject({ kind: 'failed', problems: [{ message }, {}] });
  });
});
