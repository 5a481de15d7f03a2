/** Tests with a real repository which files git tracks below secrets/ and data/. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findTrackedSecrets } from '../../../src/commands/build/tracked-secrets.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { withPath } from '../../support/with-path.ts';
import { addFiles } from '../workspace/bucket-folder.ts';

const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null' };
const { signal } = new AbortController();
const identity = { checkout: '' };

const EMPTY_BLOB = 'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391';

function git(dir: string, ...args: readonly string[]): void {
  execFileSync('git', ['-C', dir, ...args], { env, stdio: 'ignore' });
}

/** Returns a repository with a bucket in `deploy/`. The files of `tracked` are added to git although they are ignored. */
async function repository(tracked: readonly string[]): Promise<string> {
  const root = await temporaryFolder();
  git(root, 'init');
  const bucket = join(root, 'deploy');
  await addFiles(bucket, {
    'maand.conf': '',
    'secrets/untracked': 'x',
    ...Object.fromEntries(tracked.map((path) => [path, 'x'])),
  });
  for (const path of tracked) git(bucket, 'add', '--force', path);
  return bucket;
}

describe('findTrackedSecrets', () => {
  it('names what git tracks below secrets/ and data/, a warning for each folder', async () => {
    const bucket = await repository([
      'data/state.json',
      'secrets/a',
      'secrets/b',
      'secrets/c',
      'secrets/ü',
      'maand.conf',
    ]);
    expect(await findTrackedSecrets(bucket, { env, signal, identity })).toEqual([
      {
        severity: 'warning',
        code: 'ErrTrackedSecret',
        message: 'git tracks secrets/a, secrets/b, secrets/c and 1 more: whoever can read the repository has them',
        place: { file: 'deploy/secrets/a', line: 1, column: 1 },
        hint: expect.stringContaining('git rm -r --cached secrets'),
      },
      expect.objectContaining({
        message: 'git tracks data/state.json: whoever can read the repository has them',
        place: { file: 'deploy/data/state.json', line: 1, column: 1 },
      }),
    ]);
  });

  it('says nothing when only markers are tracked', async () => {
    expect(
      await findTrackedSecrets(await repository(['secrets/.gitkeep', 'data/.gitignore']), { env, signal, identity }),
    ).toEqual([]);
  });

  it('looks at the repository of the bucket, also within a hook of another one', async () => {
    const [bucket, other] = [await repository(['secrets/a']), await repository([])];
    const hook = { ...env, GIT_DIR: join(other, '../.git'), GIT_INDEX_FILE: join(other, '../.git/index') };
    expect(await findTrackedSecrets(bucket, { env: hook, signal, identity })).toHaveLength(1);
  });

  it('says nothing without git, without a checkout, and in one that git does not read', async () => {
    const bucket = await repository(['secrets/a']);
    const empty = await temporaryFolder();
    expect(await withPath(empty, () => findTrackedSecrets(bucket, { env, signal, identity }))).toEqual([]);
    expect(await findTrackedSecrets(await temporaryFolder(), { env, signal, identity })).toEqual([]);
    const broken = await temporaryFolder();
    await mkdir(join(broken, '.git'));
    expect(await findTrackedSecrets(broken, { env, signal, identity })).toEqual([]);
  });

  it('says nothing of a run that was given up', async () => {
    const bucket = await repository(['secrets/a']);
    expect(await findTrackedSecrets(bucket, { env, signal: AbortSignal.abort(), identity })).toEqual([]);
  });

  it('names the first of more than git may list', async () => {
    const bucket = await repository([]);
    const entries = Array.from(
      { length: 6000 },
      (_, at) => `100644 ${EMPTY_BLOB}\tdeploy/data/${'x'.repeat(200)}${at}\n`,
    );
    const input = entries.join('');
    execFileSync('git', ['-C', bucket, 'update-index', '--index-info'], {
      env,
      input,
      stdio: ['pipe', 'ignore', 'pipe'],
    });
    const [warning] = await findTrackedSecrets(bucket, { env, signal, identity });
    expect(warning?.message).toMatch(/^git tracks data\/x+.* and \d{4} more: whoever/);
  });

  it('runs nothing that the repository configures', async () => {
    const bucket = await repository(['secrets/a']);
    const monitor = join(bucket, 'monitor.sh');
    await writeFile(monitor, `#!/bin/sh\ntouch ${join(bucket, 'ran')}\n`);
    await chmod(monitor, 0o755);
    git(bucket, 'config', 'core.fsmonitor', monitor);
    expect(await findTrackedSecrets(bucket, { env, signal, identity })).toHaveLength(1);
    expect(existsSync(join(bucket, 'ran'))).toBe(false);
  });
});
