import { describe, expect, it } from 'vitest';
import { type RunnerEnvironment, readCacheRuntime } from '../../../src/cache/runtime.ts';
import { cacheToken } from '../../support/cache-token.ts';

const token = cacheToken([
  { Scope: 'refs/heads/next', Permission: 3 },
  { Scope: 'refs/heads/main', Permission: 1 },
]);
const env = {
  ACTIONS_RESULTS_URL: 'https://results.example.com/',
  ACTIONS_RUNTIME_TOKEN: token,
  ACTIONS_CACHE_SERVICE_V2: 'True',
};
const read = (change: RunnerEnvironment, server = 'https://github.com') =>
  readCacheRuntime({ ...env, ...change }, server);
const withClaim = (claims: object) => ({
  ACTIONS_RUNTIME_TOKEN: `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`,
});

describe('readCacheRuntime', () => {
  it('finds the service and the permissions of the run', () => {
    const serviceUrl = env.ACTIONS_RESULTS_URL;
    expect(read({})).toEqual({ kind: 'runtime', serviceUrl, token, mayRead: true, mayWrite: 'yes' });
    expect(read({}, '')).toMatchObject({ kind: 'runtime' });
    expect(read({}, 'https://acme.ghe.com')).toMatchObject({ kind: 'runtime' });
  });

  it.each<[RunnerEnvironment, string]>([
    [{ ACTIONS_RUNTIME_TOKEN: undefined }, 'the runner gives no access to a cache service'],
    [{ ACTIONS_RESULTS_URL: '' }, 'the runner gives no access to a cache service'],
    [{ ACTIONS_RESULTS_URL: 'results' }, 'ACTIONS_RESULTS_URL is not a web address'],
    [{ ACTIONS_CACHE_SERVICE_V2: undefined, ACT: 'true' }, 'the runner has no cache service of version 2'],
    [{ ACTIONS_CACHE_MODE: ' None ' }, 'the cache mode of this workflow is "none"'],
  ])('is absent with %j', (change, reason) => {
    expect(read(change)).toEqual({ kind: 'absent', reason });
  });

  it.each(['https://github.acme.com', 'https://evilghe.com'])('is absent with %s', (server) => {
    const reason = `${server} is a GitHub Enterprise Server, which has no cache service that fits`;
    expect(read({}, server)).toEqual({ kind: 'absent', reason });
  });

  it.each<[string, RunnerEnvironment, string]>([
    ['a scope to read', withClaim({ ac: '[{"Scope":"refs/heads/main","Permission":1}]' }), 'no'],
    ['no scope', withClaim({ ac: '[]' }), 'no'],
    ['a list that is no text', withClaim({ ac: [{ Scope: 'refs/heads/main', Permission: 2 }] }), 'yes'],
    ['no claim', withClaim({ scp: 'x' }), 'unknown'],
    ['a claim of another shape', withClaim({ ac: '["main"]' }), 'unknown'],
    ['a token of another kind', { ACTIONS_RUNTIME_TOKEN: 'opaque' }, 'unknown'],
    ['a cache mode to read', { ACTIONS_CACHE_MODE: 'read' }, 'no'],
    ['a cache mode to write', { ACTIONS_CACHE_MODE: 'write' }, 'yes'],
  ])('with %s, writing is known beforehand', (_what, change, mayWrite) => {
    expect(read(change)).toMatchObject({ mayRead: true, mayWrite });
  });

  it('detects a cache mode that forbids reading', () => {
    expect(read({ ACTIONS_CACHE_MODE: 'write-only' })).toMatchObject({ mayRead: false, mayWrite: 'yes' });
  });
});
