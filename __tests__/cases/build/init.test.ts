import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { CaseBucket } from '../../support/case-bucket.ts';

const run = promisify(execFile);

/** The files that `init` makes, except `secrets/ca.crt` and `secrets/ca.key`. certificates.test.ts checks these two. */
const MADE = [
  'workspace/workers.json',
  'workspace/jobs',
  'workspace/bucket.conf',
  'maand.conf',
  'secrets',
  'data',
  'logs',
  'tmp',
];

describe('init', () => {
  it('makes a complete bucket in an empty folder', async () => {
    const bucket = await CaseBucket.bare();
    expect(await bucket.maand('init')).toMatchObject({ exitCode: 0, errors: [] });
    for (const path of MADE) await expect(stat(join(bucket.dir, path)), path).resolves.toBeDefined();
    expect(await bucket.read('workspace/workers.json')).toBe('[]\n');
    expect(await bucket.read('workspace/bucket.conf')).toBe('port_range = "30000,39999"\n');
    // state.key replaces kv.key, the file that the original maand CLI makes
    expect((await stat(join(bucket.dir, 'secrets/state.key'))).mode & 0o777).toBe(0o600);
    expect((await stat(join(bucket.dir, 'secrets'))).mode & 0o777).toBe(0o700);
  });

  it('keeps id, keys and every file when it runs again', async () => {
    const bucket = await CaseBucket.bare();
    await bucket.maand('init');
    const [state, key, settings] = [
      await bucket.stateText(),
      await bucket.read('secrets/state.key'),
      await bucket.read('maand.conf'),
    ];
    expect(await bucket.maand('init')).toMatchObject({ exitCode: 0, json: { created: [] } });
    expect(await bucket.stateText()).toBe(state);
    expect(await bucket.read('secrets/state.key')).toBe(key);
    expect(await bucket.read('maand.conf')).toBe(settings);
  });

  it('keeps an existing bucket.conf', async () => {
    const bucket = await CaseBucket.bare();
    await bucket.write('workspace/bucket.conf', 'mine = "yes"\n');
    await bucket.maand('init');
    expect(await bucket.read('workspace/bucket.conf')).toBe('mine = "yes"\n');
  });

  it('refuses to build a bucket that was never initialized', async () => {
    const bucket = await CaseBucket.bare();
    expect(await bucket.maand('build')).toMatchObject({ exitCode: 2, text: expect.stringContaining('maand init') });
    await bucket.write('maand.conf', '');
    const ending = await bucket.maand('build');
    expect(ending.exitCode).toBe(2);
    expect(ending.errors).toEqual(['maand is not initialized: there is no state of this bucket [state-missing]']);
    expect(ending.text).toContain('run maand init, unless this bucket was deployed before');
  });

  it('refuses a key that is not a regular file, as a build does, and does not wait for it', async () => {
    const bucket = await CaseBucket.create();
    for (const path of ['secrets/state.key', 'secrets/ca.key']) {
      const kept = await bucket.read(path);
      await bucket.write(path, undefined);
      await run('mkfifo', [join(bucket.dir, path)]);
      for (const command of ['init', 'build']) {
        const { exitCode, errors } = await bucket.maand(command);
        expect({ exitCode, errors }).toEqual({
          exitCode: 2,
          errors: [expect.stringMatching(/^cannot read .*regular file( \[state-key\])?$/)],
        });
      }
      await bucket.write(path, undefined);
      await bucket.write(path, kept);
    }
  });
});
