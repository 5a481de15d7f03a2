import { mkdir, symlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openReader } from '../../../src/session/state-store.ts';
import { openKeys } from '../../../src/session/which-state/state-key.ts';
import { stateName } from '../../../src/session/which-state/state-name.ts';
import { withBucket } from '../../../src/session/with-bucket.ts';
import { placeBucket } from '../../../src/workspace/bucket.ts';
import { refusalOf } from '../../support/refusal-of.ts';
import { SessionBucket } from '../../support/session-bucket.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

interface Site {
  readonly bucket: string;
  readonly checkout?: string;
  readonly git?: string;
  readonly repository?: string;
  readonly named?: string;
}

/** `repo/link` leads to `repo/a/b`. */
async function nameAt({ bucket, checkout, git, repository = 'octo/shop', named = '' }: Site): Promise<string> {
  const root = await temporaryFolder();
  await mkdir(join(root, 'repo/a/b'), { recursive: true });
  await symlink(join(root, 'repo/a/b'), join(root, 'repo/link'));
  await symlink(join(root, 'repo'), join(root, 'way'));
  if (git !== undefined) await mkdir(join(root, git, '.git'));
  const {
    dir,
    path,
    root: bucketRoot,
    gitPath,
  } = await placeBucket(join(root, bucket), checkout === undefined ? '' : join(root, checkout));
  return stateName({
    request: { environment: 'default' },
    workspace: { bucketDir: dir, bucketPath: path, bucketRoot, gitPath, settings: { stateName: named } },
    identity: { repository },
  });
}

describe('the name of a state', () => {
  it.each<readonly [what: string, site: Site, name: string]>([
    ['state_name', { bucket: 'repo/a/b', named: 'shop' }, 'shop'],
    ['a run with .git', { bucket: 'repo/a/b', checkout: 'repo', git: 'repo' }, 'octo/shop/a/b'],
    ['a run without .git', { bucket: 'repo/a/b', checkout: 'repo' }, 'octo/shop/a/b'],
    ['a run, at the root of the repository', { bucket: 'repo', checkout: 'repo' }, 'octo/shop'],
    ['a checkout that begins further down', { bucket: 'repo/a/b', checkout: 'repo', git: 'repo/a' }, 'octo/shop/a/b'],
    ['a link to the bucket', { bucket: 'repo/link', checkout: 'repo' }, 'octo/shop/a/b'],
    ['a link to the checkout', { bucket: 'way/a/b', checkout: 'repo' }, 'octo/shop/a/b'],
    ['a checkout that is a link', { bucket: 'repo/a/b', checkout: 'way' }, 'octo/shop/a/b'],
    ['a bucket outside of the checkout', { bucket: 'repo/a/b', checkout: 'elsewhere', git: 'repo/a' }, 'octo/shop/b'],
    ['a laptop with .git', { bucket: 'repo/a/b', git: 'repo', repository: '' }, 'local/a/b'],
    ['a laptop with .git at the bucket', { bucket: 'repo', git: 'repo', repository: '' }, 'local'],
  ])('%s', async (_what, site, name) => expect(await nameAt(site)).toBe(`${name}/default`));

  it.each<readonly [what: string, site: Site]>([
    ['a laptop without .git', { bucket: 'repo/a/b', repository: '' }],
    ['a run whose checkout is somewhere else', { bucket: 'repo/a/b', checkout: 'elsewhere' }],
    ['a run without a repository', { bucket: 'repo/a/b', checkout: 'repo', repository: '' }],
    ['a step that knows the repository alone', { bucket: 'repo/a/b' }],
  ])('must be written down: %s', async (_what, site) => {
    const refused = await refusalOf(() => nameAt(site));
    expect(refused).toMatchObject({ exitCode: 2, code: 'state-unnamed' });
    expect(refused.hint).toContain('state_name = "b"');
  });
});

describe('a state that the first edition named', () => {
  const RUN = { GITHUB_REPOSITORY: 'octo/shop' };

  /** A bucket in `a/` of a checkout without `.git`, with a state of this name. */
  async function find(nameIn: (dir: string) => string, allocations: readonly object[] = []) {
    const bucket = await SessionBucket.create({ 'maand.conf': 'use_sudo = false\n' });
    await bucket.addJob('web');
    const state = { ...JSON.parse(await bucket.stateText()), name: nameIn(bucket.dir), allocations };
    await bucket.write('data/state.json', JSON.stringify(state));
    const env = { ...RUN, GITHUB_WORKSPACE: join(bucket.dir, '..'), MAAND_STATE_KEY: bucket.stateKey };
    const load = withBucket(bucket.call(['build', '--state', 'file:data'], { env }), async (input) => {
      const reader = await openReader(input, await openKeys(input));
      return reader.load(input.face.signal);
    });
    return { bucket, load };
  }

  const allocation = (job: string, host = 'w1', removed = false) => ({
    id: '5e1c5a34-7c1b-4d0a-9f3e-0a1b2c3d4e5f',
    job,
    host,
    disabled: false,
    removed,
    currentVersion: '1.0.0',
  });

  it.each([
    ['without allocations', []],
    ['with a job of this bucket on a worker of this bucket', [allocation('old'), allocation('web')]],
    ['with removed allocations', [allocation('old', 'w1', true)]],
  ])('is found: %s', async (_what, allocations) => {
    const { bucket, load } = await find(() => 'octo/shop/default', allocations);
    expect(await load).toMatchObject({ kind: 'found', document: { name: 'octo/shop/default' } });
    expect(bucket.events).toEqual([
      { type: 'noticed', level: 'info', message: expect.stringContaining('state_name = "octo/shop"') },
    ]);
  });

  it.each([
    ['its jobs are of another bucket', [allocation('other')]],
    ['its job has the name, its worker has not', [allocation('web', 'w9')]],
  ])('is left alone: %s', async (_what, allocations) => {
    const { bucket, load } = await find(() => 'octo/shop/default', allocations);
    expect(await refusalOf(() => load)).toMatchObject({ exitCode: 3, code: 'state-other-name' });
    expect(bucket.events).toEqual([]);
  });

  it('is not looked for when a state has the name of today', async () => {
    const { bucket, load } = await find((dir) => `octo/shop/${basename(dir)}/default`, [allocation('other')]);
    expect(await load).toMatchObject({ kind: 'found' });
    expect(bucket.events).toEqual([]);
  });
});
