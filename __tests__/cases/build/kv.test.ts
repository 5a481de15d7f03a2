import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createSecretBox, SecretError } from '../../../src/kv/secrets.ts';
import { KvStore } from '../../../src/kv/store.ts';
import { CaseBucket, pythonHook } from '../../support/case-bucket.ts';
import { stageJob, textsOf, viewOf } from '../../support/stage-case.ts';

const everywhere = { selectors: ['worker'] };
const bucketConf = (text: string | undefined) => ({ files: { 'workspace/bucket.conf': text } });

/** Returns the number of keys. The certificate of the CA always counts as one key (see certificates.test.ts). */
const countKeys = async (bucket: CaseBucket): Promise<number> =>
  (await bucket.liveKeys()).filter((key) => key !== 'maand/worker certs/ca.crt').length + 1;

describe('what a build publishes', () => {
  it('variables of the bucket follow the file', async () => {
    const bucket = await CaseBucket.create();
    for (const [text, expected] of [
      ['a = "1"', { a: '1' }],
      ['a = "3"\nb = "1"', { a: '3', b: '1' }],
      ['a = "1"', { a: '1' }],
      [undefined, {}],
    ] as const) {
      await bucket.build(bucketConf(text));
      expect(await bucket.kv('vars/bucket')).toEqual(expected);
    }
    expect((await bucket.history('vars/bucket', 'b')).at(-1)).toMatchObject({ deleted: true });
    expect((await bucket.history('vars/bucket', 'a')).at(-1)).toMatchObject({ deleted: true });
  });

  it('publishes exactly the documented number of keys', async () => {
    const bucket = await CaseBucket.create({ workers: [], ...bucketConf('') });
    await bucket.build();
    expect(await countKeys(bucket)).toBe(7);
    await bucket.build({ workers: [{ host: '10.0.0.1' }] });
    expect(await countKeys(bucket)).toBe(7 + 12);
    await bucket.build({ jobs: { a: everywhere } });
    expect(await countKeys(bucket)).toBe(7 + 12 + 17);
    await bucket.build({ files: { 'workspace/disabled.json': '{"jobs":{"a":{}}}' } });
    expect(await countKeys(bucket)).toBe(7 + 12 + 16);
    await bucket.build({ jobs: { b: { selectors: ['nowhere'] } } });
    expect(await countKeys(bucket)).toBe(7 + 12 + 16 + 14);
  });

  it('the keys of a removed job are removed', async () => {
    const bucket = await CaseBucket.create({ jobs: { a: everywhere, b: everywhere } });
    await bucket.build({ files: { 'workspace/jobs/a/vars.conf': 'x = "1"' } });
    await bucket.build({ jobs: { a: undefined } });
    expect((await bucket.liveKeys()).filter((key) => /job\/a\b/.test(key))).toEqual([]);
    expect((await bucket.liveKeys()).filter((key) => /job\/b\b/.test(key)).length).toBe(17);
  });

  it('an unchanged value adds no version, and a returning value has a higher version', () => {
    const store = new KvStore({}, () => 0);
    expect(store.put('n', 'k', 'v  ')).toBe(true);
    expect(store.put('n', 'k', 'v')).toBe(false);
    expect(store.latest('n', 'k')).toMatchObject({ value: 'v', version: 1 });
    store.delete('n', 'k');
    expect(store.get('n', 'k')).toBeUndefined();
    store.put('n', 'k', 'v');
    expect(store.latest('n', 'k')).toMatchObject({ value: 'v', version: 3 });
  });

  it('values that a hook wrote stay', async () => {
    const bucket = await CaseBucket.create({
      jobs: { app: { ...everywhere, hooks: { hook_once: { executed_on: ['post_build'] } } } },
      files: { 'workspace/jobs/app/_hooks/hook_once.py': pythonHook('maand.put_job_variable("k", "of the hook")') },
    });
    await bucket.build();
    expect(await bucket.kv('vars/job/app')).toEqual({ k: 'of the hook' });
    await bucket.build({ jobs: { app: everywhere } });
    expect(await bucket.kv('vars/job/app')).toEqual({ k: 'of the hook' });
    expect(await bucket.history('vars/job/app', 'k')).toHaveLength(1);
  });

  it('the section of the bucket wins over vars.conf key by key', async () => {
    const vars = 'workspace/jobs/app/vars.conf';
    const bucket = await CaseBucket.create({
      jobs: { app: everywhere },
      files: { [vars]: 'a = "1"\nb = "1"', 'workspace/bucket.jobs.conf': '[app]\nb = "2"' },
    });
    await bucket.build();
    expect(await bucket.kv('vars/bucket/job/app')).toEqual({ a: '1', b: '2' });
    await bucket.build({ files: { [vars]: 'b = "1"' } });
    expect(await bucket.kv('vars/bucket/job/app')).toEqual({ b: '2' });
  });
});

describe('secrets', () => {
  it('are sealed in the state, and open only with their key', () => {
    const box = createSecretBox([randomBytes(32)]);
    const sealed = box.seal('  the secret\n');
    expect(sealed).toMatch(/^enc:v1:[A-Za-z0-9+/]+=*$/);
    expect(sealed).not.toContain(Buffer.from('the secret').toString('base64'));
    expect(box.open(sealed)).toBe('  the secret\n');
    expect(() => createSecretBox([randomBytes(32)]).open(sealed)).toThrow(
      new SecretError('failed to decrypt kv value'),
    );
    expect(() => box.open('plain')).toThrow(new SecretError('value is not encrypted'));
  });
});

describe('who may read what', () => {
  it.each(['get', 'getOptional'])('a template with %s of the variables of another job is refused', async (call) => {
    const template = `{{ ${call} "vars/job/other" "x" }}`;
    const bucket = await CaseBucket.create({
      jobs: { app: everywhere, other: everywhere },
      files: { 'workspace/jobs/app/app.conf.tpl': `first line\n${template}` },
    });
    await bucket.build();
    await bucket.putValue('vars/job/other', 'x', '1');
    expect(await stageJob(bucket, 'app')).toMatchObject({
      kind: 'failed',
      problems: [
        {
          file: 'app.conf.tpl',
          message: expect.stringContaining('vars/job/other namespace is not available for job app'),
        },
      ],
    });
  });

  it('a demand gives access to the namespaces of the demanded job, but not to the bucket values for it', async () => {
    const demands = { job: 'db', hook: 'hook_up' };
    const bucket = await CaseBucket.create({
      jobs: {
        db: { ...everywhere, version: '1', hooks: { hook_up: { executed_on: ['cli'] } } },
        app: { ...everywhere, version: '1', hooks: { hook_x: { executed_on: ['cli'], demands } } },
      },
      files: {
        'workspace/jobs/db/_hooks/hook_up.py': '',
        'workspace/jobs/db/vars.conf': 'x = "1"',
        'workspace/jobs/app/_hooks/hook_x.py': '',
        'workspace/jobs/app/version.tpl': '{{ get "maand/job/db" "version" }}',
      },
    });
    await bucket.build();
    const view = await viewOf(bucket, 'app');
    for (const readable of ['maand/job/db', 'vars/job/db', 'secrets/job/db']) {
      expect(view.keys(readable), readable).toMatchObject({ kind: 'found' });
    }
    for (const closed of ['vars/bucket/job/db', 'maand/job/db/worker/10.0.0.1', 'maand/job/other']) {
      expect(view.get(closed, 'x'), closed).toMatchObject({ kind: 'unreadable' });
    }
    expect(textsOf(await stageJob(bucket, 'app'))).toEqual({ version: '1' });
  });
});

describe('post_build', () => {
  it('a failed hook fails the build; the catalog is stored, and values of hooks are kept', async () => {
    const hook = { hooks: { hook_x: { executed_on: ['post_build'] } } };
    const bucket = await CaseBucket.create({
      jobs: { a: { ...everywhere, ...hook }, b: { ...everywhere, ...hook } },
      files: {
        'workspace/jobs/a/_hooks/hook_x.py': pythonHook('maand.put_job_variable("k", "1")', 'raise SystemExit(1)'),
        'workspace/jobs/b/_hooks/hook_x.py': pythonHook('maand.put_job_variable("k", "1")'),
      },
    });
    const ending = await bucket.maand('build');
    expect(ending).toMatchObject({ exitCode: 1, errors: [expect.stringContaining('post_build')] });
    expect(await bucket.kv('maand/bucket')).toMatchObject({ jobs: 'a,b' });
    // a value that a hook wrote stays, even when a later line of the hook fails
    expect(await bucket.kv('vars/job/a')).toEqual({ k: '1' });
    expect(await bucket.kv('vars/job/b')).toEqual({ k: '1' });
  });
});
