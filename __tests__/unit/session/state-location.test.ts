import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inspectState } from '../../../src/session/state-store.ts';
import { openKeys } from '../../../src/session/which-state/state-key.ts';
import { refuseLostFolder, stateLocation } from '../../../src/session/which-state/state-location.ts';
import { withBucket } from '../../../src/session/with-bucket.ts';
import { refusalOf } from '../../support/refusal-of.ts';
import { SessionBucket } from '../../support/session-bucket.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const CONF = 'state_name = "test"\nuse_sudo = false\n';

describe('where the state is kept', () => {
  it.each<readonly [as: 'cli' | 'action', flag: string | undefined, setting: string | undefined, place: string]>([
    ['cli', undefined, undefined, 'bucket'],
    ['action', undefined, undefined, 'cache'],
    ['cli', undefined, 'cache', 'workers'],
    ['action', undefined, 'cache', 'cache'],
    ['cli', undefined, 'workers', 'workers'],
    ['action', undefined, 'workers', 'workers'],
    ['cli', undefined, 'file:kept', 'file BUCKET/kept'],
    ['action', undefined, 'file:/kept', 'file /kept'],
    ['cli', undefined, 'file:~/kept', 'file /home/ann/kept'],
    ['cli', 'file:kept', 'cache', 'file BELOW/kept'],
    ['cli', 'cache', 'file:kept', 'workers'],
    ['action', 'file:/kept', 'cache', 'file /kept'],
    ['action', 'cache', 'workers', 'cache'],
    ['action', 'workers', 'cache', 'workers'],
  ])('%s, asked for %s, maand.conf says %s: %s', async (as, flag, setting, expected) => {
    const bucket = await SessionBucket.create({
      'maand.conf': setting === undefined ? CONF : `${CONF}state = "${setting}"\n`,
      'below/x': '',
    });
    const words = ['build', '--bucket', bucket.dir, ...(flag === undefined ? [] : ['--state', flag])];
    const call = bucket.call(words, { as, env: { HOME: '/home/ann' }, workingDirectory: join(bucket.dir, 'below') });
    const location = await withBucket(call, stateLocation);
    const text = location.kind === 'file' ? `file ${location.folder}` : location.kind;
    expect(text).toBe(expected.replace('BUCKET', bucket.dir).replace('BELOW', join(bucket.dir, 'below')));
  });

  it('is refused below ~ when nobody knows where that is', async () => {
    const bucket = await SessionBucket.create({ 'maand.conf': `${CONF}state = "file:~/kept"\n` });
    const refused = await refusalOf(() => withBucket(bucket.call(['build']), stateLocation));
    expect(refused).toMatchObject({ exitCode: 2, code: 'state-place' });
    expect(refused.message).toContain('begins with ~, and HOME is not set');
  });
});

describe('a state in a file, in an action', () => {
  it.each<readonly [what: string, folder: string, outcome: 'refused' | 'taken']>([
    ['in the checkout', 'ROOT/checkout/.state', 'refused'],
    ['the checkout itself', 'ROOT/checkout', 'refused'],
    ['in the checkout by way of ..', 'ROOT/outside/../checkout/state', 'refused'],
    ['in the checkout by way of a link', 'ROOT/link/deep/state', 'refused'],
    ['a link in the checkout that leads out of it', 'ROOT/checkout/out/state', 'refused'],
    ['beside the checkout', 'ROOT/outside', 'taken'],
    ['beside the checkout, with its name as a beginning', 'ROOT/checkout-2', 'taken'],
    ['in a folder whose name begins with dots', 'ROOT/..state', 'taken'],
  ])('%s is %s', async (_what, folder, outcome) => {
    const root = await temporaryFolder();
    for (const name of ['checkout/deep', 'outside']) await mkdir(join(root, name), { recursive: true });
    await symlink(join(root, 'checkout'), join(root, 'link'));
    await symlink(join(root, 'outside'), join(root, 'checkout/out'));
    const bucket = await SessionBucket.create();
    const env = { GITHUB_WORKSPACE: join(root, 'checkout') };
    const location = { kind: 'file', folder: folder.replace('ROOT', root) } as const;
    const inAction = () => refuseLostFolder(location, bucket.call(['build'], { as: 'action', env }).face);
    if (outcome === 'taken') await inAction();
    else {
      const refused = await refusalOf(inAction);
      expect(refused).toMatchObject({ exitCode: 2, code: 'state-place' });
      expect(refused.message).toContain('which is gone on the next runner');
    }
    await refuseLostFolder(location, bucket.call(['build'], { env }).face);
  });

  it('is refused where maand.conf says so, too, by whatever opens the state', async () => {
    const bucket = await SessionBucket.create({ 'maand.conf': `${CONF}state = "file:data"\n` });
    const env = { GITHUB_WORKSPACE: bucket.dir, MAAND_STATE_KEY: bucket.stateKey };
    const opened = withBucket(bucket.call(['state', 'show'], { as: 'action', env }), async (input) =>
      inspectState(input, await openKeys(input), { purpose: 'show' }),
    );
    expect(await refusalOf(() => opened)).toMatchObject({ exitCode: 2, code: 'state-place' });
  });
});
