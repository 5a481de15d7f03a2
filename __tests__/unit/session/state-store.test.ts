import { describe, expect, it } from 'vitest';
import { ownerOf } from '../../../src/session/state-store.ts';
import { SessionBucket } from '../../support/session-bucket.ts';

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
