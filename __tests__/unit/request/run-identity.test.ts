import { describe, expect, it } from 'vitest';
import { parseRunIdentity } from '../../../src/request/run-identity.ts';

const PROCESS = { pid: 4711, hostname: 'laptop' };

const NOWHERE = {
  runId: '4711',
  attempt: 1,
  number: undefined,
  actor: 'unknown',
  repository: '',
  ref: '',
  sha: '',
  url: '',
  server: '',
  api: '',
  workflow: '',
  checkout: '',
  host: 'laptop',
};

const RUN = {
  GITHUB_RUN_ID: '77',
  GITHUB_RUN_ATTEMPT: '3',
  GITHUB_RUN_NUMBER: '12',
  GITHUB_ACTOR: 'octocat',
  GITHUB_REPOSITORY: 'octo/shop',
  GITHUB_REF: 'refs/heads/main',
  GITHUB_SHA: 'abc',
  GITHUB_SERVER_URL: 'https://github.com',
  GITHUB_API_URL: 'https://api.github.com',
  GITHUB_WORKFLOW: 'Deploy',
  GITHUB_WORKFLOW_REF: 'octo/shop/.github/workflows/deploy.yml@refs/heads/main',
  GITHUB_WORKSPACE: '/home/runner/work/shop/shop',
};

const OF_RUN = {
  runId: '77',
  attempt: 3,
  number: 12,
  actor: 'octocat',
  repository: 'octo/shop',
  ref: 'refs/heads/main',
  sha: 'abc',
  url: 'https://github.com/octo/shop/actions/runs/77',
  server: 'https://github.com',
  api: 'https://api.github.com',
  workflow: 'octo/shop/.github/workflows/deploy.yml',
  checkout: '/home/runner/work/shop/shop',
  host: 'laptop',
};

describe('the identity of a run', () => {
  it.each([
    ['a run of GitHub', { ...RUN, USER: 'runner' }, OF_RUN],
    ['a laptop', { USER: 'ann' }, { ...NOWHERE, actor: 'ann' }],
    ['a container without a user', {}, NOWHERE],
    ['variables that are empty', { GITHUB_RUN_ID: '', GITHUB_ACTOR: '', USER: 'ann' }, { ...NOWHERE, actor: 'ann' }],
    ['an attempt that is no number', { ...RUN, GITHUB_RUN_ATTEMPT: 'first' }, { ...OF_RUN, attempt: 1 }],
    ['an attempt that cannot be', { ...RUN, GITHUB_RUN_ATTEMPT: '0' }, { ...OF_RUN, attempt: 1 }],
    ['a number that cannot be', { ...RUN, GITHUB_RUN_NUMBER: '1.5' }, { ...OF_RUN, number: undefined }],
    ['no address of GitHub', { ...RUN, GITHUB_SERVER_URL: '' }, { ...OF_RUN, server: '', url: '' }],
    ['no file of the workflow', { ...RUN, GITHUB_WORKFLOW_REF: undefined }, { ...OF_RUN, workflow: 'Deploy' }],
    ['no repository', { ...RUN, GITHUB_REPOSITORY: undefined }, { ...OF_RUN, repository: '', url: '' }],
  ])('%s', (_what, env, identity) => expect(parseRunIdentity(env, PROCESS)).toEqual(identity));
});
