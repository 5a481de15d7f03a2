import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { runLiveness } from '../../../src/wiring/run-liveness.ts';
import { startReceiver } from '../../support/http-receiver.ts';

const OWNER = {
  runId: '77',
  command: 'deploy',
  actor: 'octocat',
  url: 'https://github.com/octo/shop/actions/runs/77',
};

const RUN = {
  runId: '78',
  attempt: 2,
  actor: 'octocat',
  url: 'https://github.com/octo/shop/actions/runs/78',
  repository: 'octo/shop',
};

const answer = (status: number, body: string) => (response: ServerResponse) => {
  response.statusCode = status;
  response.end(body);
};

describe('whether the run that holds a lock has ended', () => {
  it.each([
    ['completed', answer(200, '{"status":"completed"}'), true],
    ['under way', answer(200, '{"status":"in_progress"}'), false],
    ['said without a status', answer(200, '{}'), false],
    ['not JSON', answer(200, 'completed'), false],
    ['refused', answer(403, '{"status":"completed"}'), false],
    ['unknown', answer(404, '{"status":"completed"}'), false],
    ['not answered', (response: ServerResponse) => void response.destroy(), false],
  ])('%s: the answer counts only when it is sure', async (_what, reply, gone) => {
    await using server = await startReceiver(reply);
    const identity = { ...RUN, api: server.url };
    expect(await runLiveness({ identity, token: 'a token' })(OWNER)).toBe(gone);
    expect(server.calls).toMatchObject([
      { path: '/repos/octo/shop/actions/runs/77', headers: { authorization: 'Bearer a token' } },
    ]);
  });

  it.each([
    ['there is no token', { token: undefined }],
    ['the token is empty', { token: '' }],
    ['no repository is known', { repository: '' }],
    ['it is a run of another repository', { url: 'https://github.com/octo/other/actions/runs/77' }],
    ['it is no run of GitHub', { url: '', owner: '4711' }],
    ['its id is no number', { owner: '../../user' }],
    ['it is this run', { runId: '77' }],
  ])('nobody is asked when %s', async (_why, trial) => {
    await using server = await startReceiver(answer(200, '{"status":"completed"}'));
    const { token, repository, url, owner, runId } = {
      token: 'a token',
      repository: 'octo/shop',
      url: OWNER.url,
      owner: '77',
      runId: '78',
      ...trial,
    };
    const isGone = runLiveness({ identity: { ...RUN, runId, repository, api: server.url }, token });
    expect(await isGone({ ...OWNER, runId: owner, url })).toBe(false);
    expect(server.calls).toEqual([]);
  });

  it('no request is sent when the address of the API is unknown', async () => {
    const identity = { ...RUN, api: '' };
    expect(await runLiveness({ identity, token: 'a token' })(OWNER)).toBe(false);
  });

  it.each([
    [
      'has ended when the run has begun a later attempt',
      { attempt: 3 },
      { status: 'in_progress', run_attempt: 4 },
      true,
    ],
    ['goes on while it is the newest one', { attempt: 3 }, { status: 'in_progress', run_attempt: 3 }, false],
    ['has ended with its run', { attempt: 3 }, { status: 'completed', run_attempt: 3 }, true],
    ['is not known to have ended when its lock did not note it', {}, { status: 'queued', run_attempt: 4 }, false],
  ])('an attempt of another run %s', async (_what, owner, said, gone) => {
    await using server = await startReceiver(answer(200, JSON.stringify(said)));
    const isGone = runLiveness({ identity: { ...RUN, api: server.url }, token: 'a token' });
    expect(await isGone({ ...OWNER, ...owner })).toBe(gone);
    expect(server.calls).toMatchObject([{ path: '/repos/octo/shop/actions/runs/77' }]);
  });

  it.each([
    ['a former attempt of this run', { attempt: 1 }, true],
    ['this attempt, in another job', { attempt: 2 }, false],
    ['a newer attempt', { attempt: 3 }, false],
    ['an attempt that an earlier version did not note', {}, false],
    ['the same number in another repository', { attempt: 1, url: OWNER.url }, false],
  ])('nobody is asked about %s', async (_what, owner, gone) => {
    await using server = await startReceiver(answer(200, '{"status":"completed"}'));
    const isGone = runLiveness({ identity: { ...RUN, api: server.url }, token: 'a token' });
    expect(await isGone({ ...OWNER, runId: RUN.runId, url: RUN.url, ...owner })).toBe(gone);
    expect(server.calls).toEqual([]);
  });
});
