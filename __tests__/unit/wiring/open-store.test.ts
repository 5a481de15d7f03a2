import { describe, expect, it } from 'vitest';
import { stateLocation } from '../../../src/session/which-state/state-location.ts';
import { parseStateKeys } from '../../../src/state/keys.ts';
import type { Overrides } from '../../../src/state/overrides.ts';
import { Connections } from '../../../src/wiring/connections.ts';
import { fleetSearch, type StateOpening } from '../../../src/wiring/fleet-options.ts';
import { inspectorFor, readerFor, storeFor } from '../../../src/wiring/open-store.ts';
import { refusalOf } from '../../support/refusal-of.ts';
import { type CallOptions, SessionBucket } from '../../support/session-bucket.ts';
import { settings, worker } from '../../support/workspace-values.ts';

const FLEET = 'the state on the workers';
const CACHE = {
  ACTIONS_CACHE_SERVICE_V2: 'true',
  ACTIONS_RESULTS_URL: 'http://127.0.0.1:9/',
  ACTIONS_RUNTIME_TOKEN: 'a token',
};
const WORKSPACE = { settings, workers: [worker('w1'), worker('w2')] };

interface Trial extends CallOptions {
  readonly words: readonly string[];
}

function opening(bucket: SessionBucket, { words, ...options }: Trial): StateOpening {
  const { request, face } = bucket.call(words, options);
  return { request, face, connections: new Connections(request, face) };
}

function placeOf(bucket: SessionBucket, { request, face }: Pick<StateOpening, 'request' | 'face'>) {
  const keys = parseStateKeys(bucket.stateKey, 'the key');
  const location = stateLocation({ request, workspace: { bucketDir: bucket.dir, settings }, face });
  return { bucketDir: bucket.dir, location, name: 'test/default', keys, workspace: WORKSPACE };
}

describe('the store of a run', () => {
  it.each<readonly [what: string, words: readonly string[], as: 'cli' | 'action', description: string]>([
    ['without --state, in the bucket', ['build'], 'cli', 'DIR/data/state.json'],
    ['of another environment', ['build', '--environment', 'staging'], 'cli', 'DIR/data/state.staging.json'],
    ['in a folder', ['build', '--state', 'file:kept'], 'cli', 'DIR/kept/state.json'],
    ['on the workers', ['build', '--state', 'workers'], 'cli', FLEET],
    ['in the cache, which only a copy of it is', ['build', '--state', 'cache'], 'action', FLEET],
  ])('%s', async (_what, words, as, description) => {
    const bucket = await SessionBucket.create();
    const opened = opening(bucket, { words, as, env: CACHE });
    const expected = description.replace('DIR', bucket.dir);
    expect(readerFor(opened, placeOf(bucket, opened)).description).toBe(expected);
    expect(storeFor(opened, placeOf(bucket, opened)).description).toBe(expected);
  });

  it.each(['cache', 'workers'])('on workers (%s) begins once there is a workspace', async (state) => {
    const bucket = await SessionBucket.create();
    const opened = opening(bucket, { words: ['build', '--state', state], as: 'action', env: CACHE });
    const place = { ...placeOf(bucket, opened), workspace: undefined };
    const ways = [
      () => readerFor(opened, place),
      () => storeFor(opened, place),
      () => inspectorFor(opened, { ...place, purpose: 'show' }),
    ];
    for (const open of ways) {
      const refused = await refusalOf(async () => open());
      expect(refused).toMatchObject({ exitCode: 2, code: 'state-place' });
      expect(refused.message).toContain(`state: ${state} cannot be made by init: the first build makes it`);
    }
  });

  it('receives the decisions of an operator', async () => {
    const bucket = await SessionBucket.create();
    await bucket.write('data/state.previous.json', await bucket.stateText());
    await bucket.write('data/state.json', '{');
    const opened = opening(bucket, { words: ['build'] });
    const load = (overrides?: Overrides) =>
      storeFor(opened, { ...placeOf(bucket, opened), overrides }).load(opened.face.signal);
    expect(await refusalOf(() => load())).toMatchObject({ code: 'state-damaged' });
    expect(await load({ acceptUnproven: true })).toMatchObject({ kind: 'found', document: { serial: 1 } });
  });
});

describe('the places that are asked for the state', () => {
  const KEY = { MAAND_SSH_PRIVATE_KEY: 'a key' };
  it.each<
    readonly [
      what: string,
      trial: { readonly state: 'cache' | 'workers'; readonly as: 'cli' | 'action'; readonly env: object },
      purpose: 'show' | 'change',
      workers: readonly string[],
      notices: readonly string[],
    ]
  >([
    ['a laptop', { state: 'workers', as: 'cli', env: {} }, 'show', ['w1', 'w2'], []],
    ['a run with a key', { state: 'cache', as: 'action', env: { ...CACHE, ...KEY } }, 'show', ['w1', 'w2'], []],
    [
      'a run without a key, to look: the cache has to do',
      { state: 'cache', as: 'action', env: CACHE },
      'show',
      [],
      ['no SSH key: the workers are not asked, and the state in the cache is taken for the newest'],
    ],
    ['a run without a key, to change', { state: 'cache', as: 'action', env: CACHE }, 'change', ['w1', 'w2'], []],
    [
      'a run without a key, where no copy is in the cache',
      { state: 'workers', as: 'action', env: CACHE },
      'show',
      ['w1', 'w2'],
      [],
    ],
    [
      'a run where there is no cache',
      { state: 'cache', as: 'action', env: {} },
      'show',
      ['w1', 'w2'],
      ['the state is kept on the workers alone: the runner gives no access to a cache service'],
    ],
  ])('%s', async (_what, { state, as, env }, purpose, workers, notices) => {
    const bucket = await SessionBucket.create();
    const opened = opening(bucket, { words: ['build', '--state', state], as, env: { ...env } });
    const search = fleetSearch(opened, { ...placeOf(bucket, opened), kind: state, purpose });
    expect(search.workers.map(({ host }) => host)).toEqual(workers);
    expect(bucket.events).toEqual(notices.map((message) => ({ type: 'noticed', level: 'info', message })));
  });

  it.each([
    ['strict', 'side by side'],
    ['accept-new', 'cache first'],
  ])('with host keys of the policy %s: %s', async (policy, order) => {
    const bucket = await SessionBucket.create();
    const words = ['build', '--state', 'workers', '--host-key-policy', policy];
    const opened = opening(bucket, { words });
    const search = fleetSearch(opened, { ...placeOf(bucket, opened), kind: 'workers', purpose: 'show' });
    expect(search.order).toBe(order);
  });
});
