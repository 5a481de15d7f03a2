import { describe, expect, it } from 'vitest';
import { ownerOf, stateName } from '../../../src/session/state-store.ts';
import { SessionBucket } from '../../support/session-bucket.ts';
import { settings } from '../../support/workspace-values.ts';

describe('the name of a state', () => {
  it.each([
    ['shop', 'octo/shop', 'deploy/bucket', 'production', 'shop/production'],
    ['', 'octo/shop', 'deploy/bucket', 'production', 'octo/shop/deploy/bucket/production'],
    ['', 'octo/shop', '', 'default', 'octo/shop/default'],
    ['', '', 'deploy/bucket', 'default', 'local/deploy/bucket/default'],
    ['', '', '', 'default', 'local/default'],
    ['shop', '', '', 'default', 'shop/default'],
  ])(
    'state_name "%s", repository "%s", path "%s", environment "%s": %s',
    (named, repository, bucketPath, environment, name) => {
      const workspace = { settings: { ...settings, stateName: named }, bucketPath };
      expect(stateName({ environment }, workspace, { repository })).toBe(name);
    },
  );
});

describe('the owner of a lock', () => {
  it('is the user of the run, with the typed command', async () => {
    const bucket = await SessionBucket.create();
    const env = {
      GITHUB_RUN_ID: '77',
      GITHUB_ACTOR: 'octocat',
      GITHUB_SERVER_URL: 'https://github.com',
      GITHUB_REPOSITORY: 'octo/shop',
    };
    const before = new Date().toISOString();
    const { at = '', ...owner } = ownerOf(bucket.call(['job', 'restart', 'web'], { env }));
    expect(owner).toEqual({
      runId: '77',
      attempt: 1,
      command: 'job restart web',
      actor: 'octocat',
      url: 'https://github.com/octo/shop/actions/runs/77',
    });
    expect(at >= before && at <= new Date().toISOString()).toBe(true);
  });
});
