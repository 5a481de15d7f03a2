import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Masker } from '../../../src/base/masker.ts';
import { type HookApi, type HookPass, startHookApi } from '../../../src/hooks/api/api-server.ts';
import { KvStore } from '../../../src/kv/store.ts';
import { ask, type Reply } from './api-client.ts';

let api: HookApi;
let first: HookPass;
let second: HookPass;

function start(): Promise<HookApi> {
  return startHookApi({
    store: new KvStore({}, () => 0),
    box: undefined,
    masker: new Masker(),
    warn: expect.unreachable,
    persist: async () => {},
    demandsOn: () => [],
    workers: undefined,
  });
}

beforeEach(async () => {
  api = await start();
  first = admit('alloc-1');
  second = admit('alloc-2');
});
afterEach(() => api[Symbol.asyncDispose]());

function admit(allocationId: string): HookPass {
  const who = { allocationId, job: 'api', host: '10.0.0.1', hook: 'hook_a', event: 'pre_deploy' } as const;
  return api.admit({ ...who, demandedJobs: [] });
}

function acquire({ token }: HookPass, fields: object = {}, signal?: AbortSignal): Promise<Reply> {
  const body = { name: 'lock', ...fields };
  return ask(api.port, 'POST /semaphore/acquire', { token, body, ...(signal ? { signal } : {}) });
}

function release({ token }: HookPass, name = 'lock'): Promise<Reply> {
  return ask(api.port, 'POST /semaphore/release', { token, body: { name } });
}

async function status(name = 'lock'): Promise<Record<string, unknown>> {
  return JSON.parse((await ask(api.port, `GET /semaphore/status?name=${name}`, { token: first.token })).text);
}

/** Waits until `count` requests wait, because requests of several connections arrive in an unknown order. */
async function waitingFor(count: number): Promise<void> {
  while ((await status()).waiting !== count);
}

describe('semaphores over HTTP', () => {
  it('reports an acquired semaphore, and admits the next process at the release', async () => {
    const acquired = { name: 'lock', allocation_id: 'alloc-1', capacity: 1, acquired: true };
    expect(JSON.parse((await acquire(first)).text)).toEqual(acquired);
    const waiting = acquire(second);
    await waitingFor(1);
    expect(await status()).toEqual({ name: 'lock', capacity: 1, holders: ['alloc-1'], waiting: 1, available: 0 });
    expect(await release(first)).toMatchObject({ status: 200, text: '' });
    expect(JSON.parse((await waiting).text)).toEqual({ ...acquired, allocation_id: 'alloc-2' });
  });

  it('answers 408 when the time is over, and the place is gone', async () => {
    await acquire(first);
    const reply = await acquire(second, { timeout_seconds: 0.01 });
    expect(reply).toMatchObject({ status: 408, text: 'Timed out waiting for semaphore\n' });
    expect(await status()).toMatchObject({ holders: ['alloc-1'], waiting: 0 });
  });

  it.each([2, 65])('answers 409 to capacity %i of a semaphore for one', async (capacity) => {
    await acquire(first);
    expect(await acquire(second, { capacity })).toMatchObject({
      status: 409,
      text: expect.stringContaining('Semaphore acquire or release failed'),
    });
  });

  it('answers 409 to the release of a semaphore that is not held', async () => {
    expect((await release(first)).status).toBe(409);
    await acquire(first);
    expect((await release(second)).status).toBe(409);
    expect((await release(first)).status).toBe(200);
  });

  it('returns an empty status for an unused name', async () => {
    expect(await status('other')).toEqual({ name: 'other', capacity: 1, holders: [], waiting: 0, available: 1 });
  });

  it.each(['POST /semaphore/acquire', 'POST /semaphore/release', 'GET /semaphore/status'])(
    '%s needs a name',
    async (line) => {
      const reply = await ask(api.port, line, { token: first.token, ...(line.startsWith('GET') ? {} : { body: {} }) });
      expect(reply).toMatchObject({ status: 400, text: 'Both namespace and key are required\n' });
    },
  );

  it('keeps the events of a job apart', async () => {
    const caller = { allocationId: 'alloc-2', job: 'api', host: '10.0.0.2', hook: 'hook_a', demandedJobs: [] };
    await acquire(first);
    expect((await acquire(api.admit({ ...caller, event: 'post_deploy' }))).status).toBe(200);
    expect((await acquire(api.admit({ ...caller, job: 'web', event: 'pre_deploy' }))).status).toBe(200);
  });

  it('passes on the semaphores of a dead process', async () => {
    await acquire(first);
    const waiting = acquire(second);
    await waitingFor(1);
    await first[Symbol.asyncDispose]();
    expect((await waiting).status).toBe(200);
  });

  it('passes over a script that has hung up while it waited', async () => {
    await acquire(first);
    const hangUp = new AbortController();
    const gone = acquire(second, {}, hangUp.signal);
    await waitingFor(1);
    hangUp.abort();
    await expect(gone).rejects.toThrow('aborted');
    await waitingFor(0);
    await release(first);
    expect((await acquire(admit('alloc-3'))).status).toBe(200);
  });

  it('ends with waiters inside', async () => {
    await acquire(first);
    const waiting = acquire(second);
    await waitingFor(1);
    await Promise.all([api[Symbol.asyncDispose](), expect(waiting).rejects.toThrow('socket hang up')]);
    api = await start();
  });
});
