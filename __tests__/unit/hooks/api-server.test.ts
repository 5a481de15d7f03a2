import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Masker } from '../../../src/base/masker.ts';
import type { HookCaller } from '../../../src/hooks/api/admissions.ts';
import { type HookApi, type HookApiOptions, startHookApi } from '../../../src/hooks/api/api-server.ts';
import { createSecretBox } from '../../../src/kv/secrets.ts';
import { KvStore } from '../../../src/kv/store.ts';
import { ask, type Call, type Reply } from './api-client.ts';

const CALLER: HookCaller = {
  allocationId: 'alloc-1',
  job: 'api',
  host: '10.0.0.1',
  hook: 'hook_migrate',
  event: 'pre_deploy',
  demandedJobs: ['database'],
};
const VARS = 'vars/job/api';
const SECRETS = 'secrets/job/api';
const NOT_ALLOWED: Reply = text(400, 'Invalid or unauthorized namespace');
const NOT_FOUND: Reply = text(404, 'KV get operation failed');
const DONE: Reply = { status: 200, type: undefined, text: '' };

function text(status: number, message: string): Reply {
  return { status, type: 'text/plain; charset=utf-8', text: `${message}\n` };
}

function json(value: unknown): Reply {
  return { status: 200, type: 'application/json', text: `${JSON.stringify(value)}\n` };
}

let store: KvStore;
let masker: Masker;
let warnings: string[];
let api: HookApi;
let token: string;

const box = createSecretBox([Buffer.alloc(32, 1)]);

function start(extra: Partial<HookApiOptions> = {}): Promise<HookApi> {
  const warn = (message: string) => void warnings.push(message);
  return startHookApi({
    store,
    box,
    masker,
    warn,
    persist: async () => {},
    demandsOn: () => [],
    workers: undefined,
    ...extra,
  });
}

function call(line: string, extra: Call = {}): Promise<Reply> {
  return ask(api.port, line, { token, ...extra });
}

/** Sends a request of the same script during another event. */
function callIn(event: HookCaller['event'], line: string, body: unknown): Promise<Reply> {
  return call(line, { body, token: api.admit({ ...CALLER, event }).token });
}

beforeEach(async () => {
  store = new KvStore({}, () => 1_700_000_000);
  masker = new Masker();
  warnings = [];
  api = await start();
  token = api.admit(CALLER).token;
});
afterEach(() => api[Symbol.asyncDispose]());

describe('variables', () => {
  it('puts, gets, lists and deletes', async () => {
    const body = { namespace: VARS, key: 'color' };
    expect(await call('PUT /kv', { body: { ...body, value: '  blue\n' } })).toEqual(DONE);
    expect(await call('GET /kv', { body })).toEqual(json({ ...body, value: 'blue' }));
    expect(await call('GET /kv/keys')).toEqual(json({ namespaces: { [VARS]: ['color'], [SECRETS]: [] } }));
    expect(await call('DELETE /kv', { body })).toEqual(DONE);
    expect(await call('GET /kv', { body })).toEqual(NOT_FOUND);
    expect(await call('DELETE /kv', { body })).toEqual(NOT_FOUND);
  });

  it('answers the same to a query as to a body', async () => {
    await call('PUT /kv', { body: { namespace: VARS, key: 'a b', value: '1' } });
    const query = new URLSearchParams({ namespace: VARS, key: 'a b' }).toString();
    expect(await call(`GET /kv?${query}`)).toEqual(json({ namespace: VARS, key: 'a b', value: '1' }));
    expect(await call(`GET /kv/keys?namespace=${VARS}`)).toEqual(json({ namespaces: { [VARS]: ['a b'] } }));
    expect(await call(`DELETE /kv?${query}`)).toEqual(DONE);
  });

  it('makes no new version of the same value', async () => {
    const body = { namespace: VARS, key: 'color', value: 'blue' };
    for (let round = 0; round < 3; round++) await call('PUT /kv', { body });
    expect(store.latest(VARS, 'color')?.version).toBe(1);
  });

  it('keeps keys that look like parts of objects', async () => {
    await call('PUT /kv', { body: `{"namespace":"${VARS}","key":"__proto__","value":"1"}` });
    expect(await call(`GET /kv?namespace=${VARS}&key=__proto__`)).toMatchObject({ status: 200 });
    expect(await call(`GET /kv?namespace=${VARS}&key=constructor`)).toEqual(NOT_FOUND);
  });
});

describe('secrets', () => {
  const body = { namespace: SECRETS, key: 'password' };

  it('keeps them exactly and sealed, answers them plainly, and masks them', async () => {
    const value = ' two words \n';
    expect(await call('PUT /kv/secret', { body: { ...body, value } })).toEqual(DONE);
    expect(store.get(SECRETS, 'password')).toMatch(/^enc:v1:/);
    expect(await call('GET /kv', { body })).toEqual(json({ ...body, value }));
    expect(masker.mask('it was two words again')).toBe('it was *** again');
    expect(await call('GET /kv/keys')).toEqual(json({ namespaces: { [VARS]: [], [SECRETS]: ['password'] } }));
    expect(await call('DELETE /kv/secret', { body })).toEqual(DONE);
    expect(await call('GET /kv', { body })).toEqual(NOT_FOUND);
    expect(await call('DELETE /kv/secret', { body })).toEqual(NOT_FOUND);
  });

  it('masks both read values and written values', async () => {
    store.putExact('secrets/job/database', 'root', box.seal('of-the-database'));
    const reply = await call('GET /kv?namespace=secrets/job/database&key=root');
    expect(JSON.parse(reply.text).value).toBe('of-the-database');
    expect(masker.mask('of-the-database')).toBe('***');
  });

  it('makes no new version of the same secret', async () => {
    for (let round = 0; round < 3; round++) await call('PUT /kv/secret', { body: { ...body, value: 'swordfish' } });
    expect(store.latest(SECRETS, 'password')?.version).toBe(1);
  });

  it('replaces a secret that was sealed with another key', async () => {
    store.putExact(SECRETS, 'password', createSecretBox([Buffer.alloc(32, 9)]).seal('swordfish'));
    expect((await call('GET /kv', { body })).status).toBe(500);
    expect(await call('PUT /kv/secret', { body: { ...body, value: 'swordfish' } })).toEqual(DONE);
    expect(await call('GET /kv', { body })).toEqual(json({ ...body, value: 'swordfish' }));
  });

  it('warns of a secret that cannot be masked, without showing it', async () => {
    await call('PUT /kv/secret', { body: { ...body, value: '4711' } });
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('secrets/job/api password is too short to be hidden in logs');
    expect(warnings[0]).not.toContain('4711');
  });

  it('reports a run without a key', async () => {
    await using keyless = await start({ box: undefined });
    store.putExact(SECRETS, 'old', box.seal('swordfish'));
    const keylessToken = keyless.admit(CALLER).token;
    const put = await ask(keyless.port, 'PUT /kv/secret', {
      token: keylessToken,
      body: { ...body, value: 'swordfish' },
    });
    expect(put).toEqual(text(500, 'Internal server error: this run has no state key to seal secrets with'));
    const get = await ask(keyless.port, `GET /kv?namespace=${SECRETS}&key=old`, { token: keylessToken });
    expect(get).toEqual(text(500, 'Internal server error: kv encryption key is missing or invalid'));
  });
});

describe('rights', () => {
  it('allows writes of the rollout order only in pre_deploy and cli', async () => {
    const body = { namespace: 'maand/job/api', key: 'rollout_order', value: '10.0.0.2,10.0.0.1' };
    expect(await call('PUT /kv', { body })).toEqual(DONE);
    expect(await call('GET /kv', { body })).toEqual(json(body));
    expect(await callIn('cli', 'PUT /kv', body)).toEqual(DONE);
    expect(await callIn('post_deploy', 'PUT /kv', body)).toEqual(NOT_ALLOWED);
    expect(await call('DELETE /kv', { body })).toEqual(NOT_ALLOWED);
    expect(await call('PUT /kv', { body: { ...body, key: 'version' } })).toEqual(NOT_ALLOWED);
  });

  it.each(['PUT /kv', 'DELETE /kv'])('refuses %s in health_check', async (line) => {
    const reply = await callIn('health_check', line, { namespace: VARS, key: 'a', value: '1' });
    expect(reply).toEqual(text(400, 'KV writes are not allowed during health_check'));
  });

  it('allows reads in a health_check', async () => {
    store.put(VARS, 'a', '1');
    expect((await callIn('health_check', 'GET /kv', { namespace: VARS, key: 'a' })).status).toBe(200);
  });

  it.each(['maand/bucket', 'maand/worker/10.0.0.1', 'maand/job/database', 'vars/job/database', 'secrets/job/database'])(
    'reads %s and never writes it',
    async (namespace) => {
      store.putExact(namespace, 'key', namespace.startsWith('secrets/') ? box.seal('1') : '1');
      const body = { namespace, key: 'key', value: '2' };
      expect((await call('GET /kv', { body })).status).toBe(200);
      for (const line of ['PUT /kv', 'DELETE /kv', 'PUT /kv/secret', 'DELETE /kv/secret']) {
        expect([line, await call(line, { body })]).toEqual([line, NOT_ALLOWED]);
      }
    },
  );

  it.each([
    'vars/job/other',
    'secrets/job/other',
    'maand/worker/10.0.0.9',
    'maand/job/api/worker/10.0.0.9',
    'nonsense',
  ])('does not read %s', async (namespace) => {
    store.put(namespace, 'key', '1');
    expect(await call('GET /kv', { body: { namespace, key: 'key' } })).toEqual(NOT_ALLOWED);
    expect(await call(`GET /kv/keys?namespace=${namespace}`)).toEqual(NOT_ALLOWED);
  });

  it('keeps secrets and variables to their own routes', async () => {
    expect(await call('PUT /kv', { body: { namespace: SECRETS, key: 'a', value: '1' } })).toEqual(NOT_ALLOWED);
    expect(await call('PUT /kv/secret', { body: { namespace: VARS, key: 'a', value: '1' } })).toEqual(NOT_ALLOWED);
  });
});

describe('demands', () => {
  it('lists the jobs that demand the calling hook, under both names', async () => {
    const asked: string[] = [];
    await using listing = await start({
      demandsOn: (job, hook) => {
        asked.push(job, hook);
        return [{ job: 'web', hook: 'hook_seed', config: { min_version: '2.0.0' } }];
      },
    });
    const reply = await ask(listing.port, 'GET /demands', { token: listing.admit(CALLER).token });
    expect(asked).toEqual(['api', 'hook_migrate']);
    const row = { job: 'web', hook: 'hook_seed', command: 'hook_seed', demand_config: { min_version: '2.0.0' } };
    expect(reply).toEqual(json([row]));
    expect(await call('GET /demands')).toEqual(json([]));
  });
});

describe('the form of a request', () => {
  it.each(['POST /kv', 'PATCH /kv', 'GET /kv/secret', 'PUT /demands', 'GET /semaphore/acquire', 'HEAD /kv'])(
    'answers 405 to %s, token or not',
    async (line) => {
      expect(await call(line)).toMatchObject({ status: 405, text: '' });
      expect(await call(line, { token: undefined })).toMatchObject({ status: 405, text: '' });
    },
  );

  it.each(['GET /', 'GET /kv/', 'GET /constructor', 'GET //[', 'PUT /kv/secrets'])(
    'answers 404 to %s',
    async (line) => {
      expect(await call(line)).toEqual(text(404, 'Unknown path'));
    },
  );

  it.each([
    ['no body', undefined, 'Failed to read request body'],
    ['an empty body', '', 'Failed to read request body'],
    ['broken JSON', '{"namespace":', 'Invalid JSON format'],
    ['a list', '[]', 'Invalid JSON format'],
    ['null', 'null', 'Invalid JSON format'],
    ['a number as value', { namespace: VARS, key: 'a', value: 5 }, 'Invalid JSON format: "value" must be a string'],
    ['no key', { namespace: VARS, value: '1' }, 'Both namespace and key are required'],
    ['no namespace', { key: 'a', value: '1' }, 'Both namespace and key are required'],
    ['no value', { namespace: VARS, key: 'a' }, 'Both namespace and key are required'],
    ['a blank value', { namespace: VARS, key: 'a', value: ' \n' }, 'Both namespace and key are required'],
  ])('refuses a PUT with %s', async (_what, body, message) => {
    expect(await call('PUT /kv', { body })).toEqual(text(400, message));
    expect(store.namespaces()).toEqual([]);
  });

  it('refuses a body of another type', async () => {
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
    const body = { namespace: VARS, key: 'a', value: '1' };
    expect(await call('PUT /kv', { body, headers })).toEqual(text(415, 'Content-Type must be application/json'));
    expect(await call('PUT /kv', { body, headers: { 'Content-Type': 'application/json; charset=utf-8' } })).toEqual(
      DONE,
    );
  });

  it('takes a body up to 1 MiB and no more', async () => {
    const bodyOf = (sizeBytes: number) => {
      const empty = JSON.stringify({ namespace: VARS, key: 'a', value: '' });
      return JSON.stringify({ namespace: VARS, key: 'a', value: 'x'.repeat(sizeBytes - empty.length) });
    };
    expect(await call('PUT /kv', { body: bodyOf(1024 * 1024) })).toEqual(DONE);
    const tooLarge = text(413, 'Request body is larger than 1 MiB');
    expect(await call('PUT /kv', { body: bodyOf(1024 * 1024 + 1) })).toEqual(tooLarge);
    expect(await call('PUT /kv', { body: bodyOf(20 * 1024 * 1024) })).toEqual(tooLarge);
  });
});

describe('tokens', () => {
  it.each([
    ['none', undefined],
    ['another', 'x'.repeat(43)],
    ['an empty one', ''],
  ])('refuses %s, whatever else is right', async (_what, wrong) => {
    const headers = { 'X-ALLOCATION-ID': 'alloc-1', EVENT: 'pre_deploy', COMMAND: 'hook_migrate' };
    const body = { namespace: VARS, key: 'a', value: '1' };
    const reply = await call('PUT /kv', { token: wrong, headers, body });
    expect(reply).toEqual(text(401, 'Missing or invalid token: send Authorization: Bearer $HOOK_API_TOKEN'));
    expect(store.namespaces()).toEqual([]);
  });

  it('takes the older headers when they agree', async () => {
    const headers = {
      'X-ALLOCATION-ID': 'alloc-1',
      EVENT: 'pre_deploy',
      COMMAND: 'hook_migrate',
      HOOK: 'hook_migrate',
    };
    expect((await call('GET /kv/keys', { headers })).status).toBe(200);
  });

  it.each([
    ['X-ALLOCATION-ID', 'alloc-2'],
    ['EVENT', 'cli'],
    ['COMMAND', 'hook_other'],
    ['HOOK', 'hook_other'],
  ])('refuses another %s', async (header, value) => {
    expect(await call('GET /kv/keys', { headers: { [header]: value } })).toMatchObject({
      status: 403,
      text: expect.stringContaining(`${header} does not agree with the token`),
    });
  });

  it('gives every process a different token, for its own job', async () => {
    const other = api.admit({ ...CALLER, job: 'web' });
    expect(other.token).not.toBe(token);
    const body = { namespace: 'vars/job/web', key: 'a', value: '1' };
    expect(await call('PUT /kv', { body, token: other.token })).toEqual(DONE);
    expect(await call('PUT /kv', { body })).toEqual(NOT_ALLOWED);
  });

  it('ends with its process', async () => {
    const pass = api.admit(CALLER);
    expect((await call('GET /kv/keys', { token: pass.token })).status).toBe(200);
    await pass[Symbol.asyncDispose]();
    expect((await call('GET /kv/keys', { token: pass.token })).status).toBe(401);
    expect((await call('GET /kv/keys')).status).toBe(200);
  });

  it('is worth nothing in another run', async () => {
    await using other = await start({ store: new KvStore({}, () => 0) });
    expect(other.port).not.toBe(api.port);
    expect((await ask(other.port, 'GET /kv/keys', { token })).status).toBe(401);
    expect((await ask(other.port, 'GET /kv/keys', { token: other.admit(CALLER).token })).status).toBe(200);
  });
});
