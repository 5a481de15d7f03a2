/** Tests the runtime API and the client libraries. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Masker } from '../../../src/base/masker.ts';
import type { HookCaller } from '../../../src/hooks/api/admissions.ts';
import { type HookApi, type HookPass, startHookApi } from '../../../src/hooks/api/api-server.ts';
import { readClientLibraries } from '../../../src/hooks/client-libraries.ts';
import { demandsOn } from '../../../src/hooks/registered.ts';
import { createSecretBox } from '../../../src/kv/secrets.ts';
import { KvStore } from '../../../src/kv/store.ts';
import { ask, type Reply } from '../../unit/hooks/api-client.ts';
import { aHook, aJob, openRig } from '../../unit/hooks/rig.ts';

const CALLER: HookCaller = {
  allocationId: 'alloc-1',
  job: 'api',
  host: '10.0.0.1',
  hook: 'seed',
  event: 'pre_deploy',
  demandedJobs: ['database'],
};
const VARS = 'vars/job/api';
const SECRETS = 'secrets/job/api';

const demand = { job: 'api', hook: 'seed', config: { min_version: '2.0.0' } };
const web = aJob({
  name: 'web',
  dir: '',
  files: [],
  hooks: [aHook('hook_wait', ['pre_deploy', 'post_deploy'], { demand: demand as never })],
});

let store: KvStore;
let api: HookApi;
let first: HookPass;
let second: HookPass;
let third: HookPass;

function start(kv = store): Promise<HookApi> {
  return startHookApi({
    store: kv,
    box: createSecretBox([Buffer.alloc(32, 1)]),
    masker: new Masker(),
    warn: expect.unreachable,
    persist: async () => {},
    demandsOn: (job, hook) => demandsOn([web], job, hook),
    workers: undefined,
  });
}

beforeEach(async () => {
  store = new KvStore({}, () => 0);
  api = await start();
  [first, second, third] = ['alloc-1', 'alloc-2', 'alloc-3'].map((allocationId) =>
    api.admit({ ...CALLER, allocationId }),
  ) as [HookPass, HookPass, HookPass];
});
afterEach(() => api[Symbol.asyncDispose]());

function call(line: string, body?: unknown, { token } = first): Promise<Reply> {
  return ask(api.port, line, { token, body });
}

const callIn = (event: HookCaller['event'], line: string, body: unknown) =>
  call(line, body, api.admit({ ...CALLER, event }));

const json = async (reply: Promise<Reply>) => JSON.parse((await reply).text);

const acquire = (pass: HookPass, fields: object = {}) =>
  call('POST /semaphore/acquire', { name: 'lock', ...fields }, pass);
const release = (pass: HookPass, name = 'lock') => call('POST /semaphore/release', { name }, pass);
const status = (name = 'lock', pass = first) => json(call(`GET /semaphore/status?name=${name}`, undefined, pass));

/** Waits until `count` requests wait, because requests of several connections arrive in an unknown order. */
async function waitingFor(count: number): Promise<void> {
  while ((await status()).waiting !== count);
}

describe('keys and values', () => {
  it('put, get, list and delete a variable', async () => {
    const body = { namespace: VARS, key: 'a', value: '1' };
    expect(await call('PUT /kv', body)).toMatchObject({ status: 200, text: '' });
    expect(await json(call('GET /kv', body))).toEqual(body);
    expect(await json(call('GET /kv/keys'))).toEqual({ namespaces: { [VARS]: ['a'], [SECRETS]: [] } });
    expect((await call('DELETE /kv', body)).status).toBe(200);
    expect(await call('GET /kv', body)).toMatchObject({ status: 404, text: 'KV get operation failed\n' });
  });

  it('put, get and delete a secret, which is sealed at rest', async () => {
    const body = { namespace: SECRETS, key: 'a', value: 'swordfish' };
    expect((await call('PUT /kv/secret', body)).status).toBe(200);
    expect(await json(call('GET /kv', body))).toEqual(body);
    expect(JSON.stringify(store.toHistory())).not.toContain('swordfish');
    expect((await call('DELETE /kv/secret', body)).status).toBe(200);
    expect((await call('GET /kv', body)).status).toBe(404);
  });

  const order = { namespace: 'maand/job/api', key: 'rollout_order', value: '10.0.0.2,10.0.0.1' };

  it('the rollout order can be put in pre_deploy', async () => {
    expect((await call('PUT /kv', order)).status).toBe(200);
    expect(await json(call('GET /kv', order))).toEqual(order);
  });

  it('the rollout order cannot be put in post_deploy', async () => {
    expect((await callIn('post_deploy', 'PUT /kv', order)).status).toBe(400);
  });

  it('no other key of the job can be put', async () => {
    expect((await call('PUT /kv', { ...order, key: 'version' })).status).toBe(400);
  });

  it('a health check writes nothing', async () => {
    for (const [line, namespace] of [
      ['PUT /kv', VARS],
      ['DELETE /kv', VARS],
      ['PUT /kv/secret', SECRETS],
      ['DELETE /kv/secret', SECRETS],
    ] as const) {
      const reply = await callIn('health_check', line, { namespace, key: 'a', value: '1' });
      expect(reply).toMatchObject({ status: 400, text: 'KV writes are not allowed during health_check\n' });
    }
  });

  it('a job that demands a hook is listed once, whatever its events are', async () => {
    const row = { job: 'web', hook: 'hook_wait', command: 'hook_wait', demand_config: { min_version: '2.0.0' } };
    expect(await json(call('GET /demands'))).toEqual([row]);
  });

  it('the namespace of a demanded job can be read but not written', async () => {
    for (const [job, expected] of [
      ['other', 400],
      ['database', 200],
    ] as const) {
      store.put(`vars/job/${job}`, 'a', '1');
      const body = { namespace: `vars/job/${job}`, key: 'a', value: '2' };
      expect((await call('GET /kv', body)).status).toBe(expected);
      expect((await call('PUT /kv', body)).status).toBe(400);
    }
  });

  it('variables and secrets have separate routes', async () => {
    expect((await call('PUT /kv', { namespace: SECRETS, key: 'a', value: '1' })).status).toBe(400);
    expect((await call('PUT /kv/secret', { namespace: VARS, key: 'a', value: '1' })).status).toBe(400);
  });

  it('an empty value is refused', async () => {
    expect((await call('PUT /kv', { namespace: VARS, key: 'a', value: '' })).status).toBe(400);
    expect((await call('PUT /kv/secret', { namespace: SECRETS, key: 'a', value: '' })).status).toBe(400);
  });

  it('a deleted key cannot be deleted again', async () => {
    const body = { namespace: VARS, key: 'a', value: '1' };
    await call('PUT /kv', body);
    expect((await call('DELETE /kv', body)).status).toBe(200);
    expect((await call('DELETE /kv', body)).status).toBe(404);
    expect(store.latest(VARS, 'a')?.version).toBe(2);
  });
});

describe('requests', () => {
  it('the older header must agree with the token, and may be missing', async () => {
    expect((await call('GET /kv/keys')).status).toBe(200);
    const headers = { 'X-ALLOCATION-ID': 'unknown' };
    expect((await ask(api.port, 'GET /kv/keys', { token: first.token, headers })).status).toBe(403);
    expect((await ask(api.port, 'GET /kv/keys', { headers: { 'X-ALLOCATION-ID': 'alloc-1' } })).status).toBe(401);
  });

  it('a missing body and a malformed body are refused', async () => {
    expect(await call('PUT /kv')).toMatchObject({ status: 400, text: 'Failed to read request body\n' });
    expect(await call('PUT /kv', '{"a"')).toMatchObject({ status: 400, text: 'Invalid JSON format\n' });
  });

  it('a wrong method is refused', async () => {
    expect(await call('POST /kv')).toMatchObject({ status: 405, text: '' });
  });

  it('two concurrent runs have separate ports and data', async () => {
    const others = new KvStore({}, () => 0);
    await using other = await start(others);
    const body = { namespace: VARS, key: 'a', value: '1' };
    const there = { token: other.admit(CALLER).token, body };
    expect((await ask(other.port, 'PUT /kv', there)).status).toBe(200);
    expect((await call('GET /kv', body)).status).toBe(404);
    expect((await ask(api.port, 'GET /kv', there)).status).toBe(401);
  });

  it('a request without the token of the process is refused', async () => {
    const headers = { 'X-ALLOCATION-ID': 'alloc-1', EVENT: 'pre_deploy', COMMAND: 'seed' };
    for (const line of ['GET /kv', 'PUT /kv', 'GET /demands', 'POST /semaphore/acquire', 'POST /worker/command']) {
      expect((await ask(api.port, line, { headers, body: { namespace: VARS, key: 'a' } })).status).toBe(401);
    }
  });

  it('a query has the same effect as a body', async () => {
    await call('PUT /kv', { namespace: VARS, key: 'a', value: '1' });
    const asked = { namespace: VARS, key: 'a' };
    expect(await call(`GET /kv?${new URLSearchParams(asked).toString()}`)).toEqual(await call('GET /kv', asked));
  });
});

describe('semaphores', () => {
  it('of capacity 1 admits the second process after the first', async () => {
    await acquire(first);
    const waiting = acquire(second);
    await waitingFor(1);
    await release(first);
    expect((await waiting).status).toBe(200);
    expect((await status()).holders).toEqual(['alloc-2']);
  });

  it('of capacity 2 admits two processes, and the third waits', async () => {
    await acquire(first, { capacity: 2 });
    await acquire(second, { capacity: 2 });
    const waiting = acquire(third, { capacity: 2 });
    await waitingFor(1);
    expect(await status()).toMatchObject({ capacity: 2, holders: ['alloc-1', 'alloc-2'], available: 0 });
    await release(second);
    expect((await waiting).status).toBe(200);
  });

  it('a wait has a time limit and then leaves the queue', async () => {
    await acquire(first);
    const late = await acquire(second, { timeout_seconds: 0.01 });
    expect(late).toMatchObject({ status: 408, text: 'Timed out waiting for semaphore\n' });
    expect((await status()).waiting).toBe(0);
  });

  it('a leader that holds the semaphore runs before its followers', async () => {
    const order: string[] = [];
    await acquire(first, { name: 'leader' });
    const follower = acquire(second, { name: 'leader' }).then(() => order.push('follower'));
    while ((await status('leader')).waiting !== 1);
    await acquire(first, { name: 'follower' });
    order.push('leader');
    await release(first, 'leader');
    await follower;
    expect(order).toEqual(['leader', 'follower']);
  });

  it('a holder may acquire it again and releases it once', async () => {
    await acquire(first);
    expect((await acquire(first)).status).toBe(200);
    expect((await release(first)).status).toBe(200);
    expect(await status()).toMatchObject({ holders: [], available: 1 });
  });

  it('another capacity is refused, and so is one above 64', async () => {
    await acquire(first);
    const other = await acquire(second, { capacity: 2 });
    expect(other).toMatchObject({ status: 409, text: expect.stringContaining('semaphore capacity is 1, requested 2') });
    expect((await acquire(second, { name: 'large', capacity: 65 })).status).toBe(409);
  });

  it('a semaphore that is not held cannot be released', async () => {
    expect((await release(first)).status).toBe(409);
  });

  it('the status of an unused name is empty', async () => {
    expect(await status('new')).toEqual({ name: 'new', capacity: 1, holders: [], waiting: 0, available: 1 });
  });

  it('events do not share semaphores', async () => {
    await acquire(first);
    const later = api.admit({ ...CALLER, allocationId: 'alloc-2', event: 'post_deploy' });
    expect((await acquire(later)).status).toBe(200);
  });

  it('the end of a process releases its semaphores', async () => {
    await acquire(first);
    const waiting = acquire(second);
    await waitingFor(1);
    await first[Symbol.asyncDispose]();
    expect((await waiting).status).toBe(200);
  });
});

describe('client libraries', () => {
  it('have the documented names', async () => {
    const [python = '', typescript = ''] = (await readClientLibraries()).map(({ bytes }) => bytes.toString());
    for (const name of ['get_store_value', 'put_job_secret', 'list_hook_demands', 'acquire_semaphore', 'run_ssh']) {
      expect(python).toContain(`def ${name}(`);
      const camel = name.replace(/_(.)/g, (_all, letter: string) => letter.toUpperCase());
      expect(typescript).toContain(`function ${camel}(`);
    }
  });

  it('run the script of the tutorial', async () => {
    const script = await readFile(join(import.meta.dirname, '../../fixtures/hooks/hook_migrate.py'), 'utf8');
    const hooks = [aHook('hook_migrate', ['cli'])];
    await using rig = await openRig({ files: { '_hooks/hook_migrate.py': script }, hooks });
    rig.store.put('maand/job/api', 'job_name', 'api');
    expect((await rig.run({ event: 'cli' })).kind).toBe('succeeded');
    expect(rig.texts()).toEqual(['migrate api on 10.0.0.1 alloc=api-10.0.0.1', 'job name from KV: api']);
  });
});
