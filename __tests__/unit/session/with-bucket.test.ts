import { describe, expect, it } from 'vitest';
import { withBucket } from '../../../src/session/with-bucket.ts';
import { refusalOf } from '../../support/refusal-of.ts';
import { SessionBucket } from '../../support/session-bucket.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const mustNotWork = () => {
  throw new Error('the work has begun');
};

describe('withBucket', () => {
  it('passes on the call and the workspace, and options override maand.conf', async () => {
    const bucket = await SessionBucket.create();
    await bucket.addJob('web');
    const call = bucket.call(['build', '--ssh-user', 'ann', '--ssh-port', '2222']);
    const seen = await withBucket(call, (read) => read);
    expect(seen).toMatchObject(call);
    expect(seen.workspace).toMatchObject({
      bucketDir: bucket.dir,
      jobs: [{ name: 'web' }],
      settings: { stateName: 'test', sshUser: 'ann', sshPort: 2222 },
    });
  });

  it('finds the bucket from a folder inside of it', async () => {
    const bucket = await SessionBucket.create({ 'workspace/jobs/web/deep/file': '' });
    await bucket.addJob('web');
    const call = bucket.call(['build'], { workingDirectory: `${bucket.dir}/workspace/jobs/web/deep` });
    expect(await withBucket(call, ({ workspace }) => workspace.bucketDir)).toBe(bucket.dir);
  });

  it('refuses a folder without a bucket', async () => {
    const bucket = await SessionBucket.create();
    const workingDirectory = await temporaryFolder();
    const refused = await refusalOf(() => withBucket(bucket.call(['build'], { workingDirectory }), mustNotWork));
    expect(refused).toMatchObject({ exitCode: 2, hint: 'make one with: maand init' });
    expect(refused.message).toBe(`there is no bucket here: no maand.conf in ${workingDirectory} or above`);
  });

  it('refuses a workspace with errors, and reports all of them', async () => {
    const bucket = await SessionBucket.create();
    await bucket.addJob('web', { version: 'new' });
    await bucket.addJob('api', { selectors: 'x' });
    const refused = await refusalOf(() => withBucket(bucket.call(['build']), mustNotWork));
    expect(refused).toMatchObject({ exitCode: 2, message: 'the workspace has 2 errors' });
    expect(refused.diagnostics.map(({ place }) => place?.file)).toEqual([
      'workspace/jobs/api/manifest.json',
      'workspace/jobs/web/manifest.json',
    ]);
  });
});
