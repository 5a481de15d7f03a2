/** Tests that values are durable before a hook receives them. */
import { beforeEach, describe, expect, it } from 'vitest';
import { Masker } from '../../../src/base/masker.ts';
import type { HookCaller } from '../../../src/hooks/api/admissions.ts';
import { type HookApiOptions, startHookApi } from '../../../src/hooks/api/api-server.ts';
import { createSecretBox } from '../../../src/kv/secrets.ts';
import { KvStore } from '../../../src/kv/store.ts';
import { newDocument } from '../../../src/state/first-document.ts';
import { Ledger } from '../../../src/state/ledger.ts';
import { ask } from './api-client.ts';

const CALLER: HookCaller = {
  allocationId: 'alloc-1',
  job: 'api',
  host: '10.0.0.1',
  hook: 'hook_migrate',
  event: 'pre_deploy',
  demandedJobs: [],
};
const VARS = 'vars/job/api';
const SECRETS = 'secrets/job/api';
const FAILED = { status: 500, type: 'text/plain; charset=utf-8', text: 'Internal server error\n' };

const box = createSecretBox([Buffer.alloc(32, 1)]);
let store: KvStore;
let warnings: string[];

beforeEach(() => {
  store = new KvStore({}, () => 1_700_000_000);
  warnings = [];
});

function start(extra: Pick<HookApiOptions, 'persist'> & Partial<HookApiOptions>) {
  const warn = (message: string) => void warnings.push(message);
  return startHookApi({ store, box, masker: new Masker(), warn, demandsOn: () => [], workers: undefined, ...extra });
}

describe('the runtime API', () => {
  it.each([
    ['PUT /kv', VARS],
    ['PUT /kv/secret', SECRETS],
    ['DELETE /kv', VARS],
    ['DELETE /kv/secret', SECRETS],
  ])('answers %s only after what was written is saved', async (line, namespace) => {
    const order: string[] = [];
    let hear = (_finish: () => void): void => {};
    const saving = new Promise<() => void>((heard) => {
      hear = heard;
    });
    store.put(namespace, 'key', 'old value');
    const persist = () => {
      order.push(`save of version ${store.latest(namespace, 'key')?.version}`);
      return new Promise<void>((saved) => hear(saved));
    };
    await using slow = await start({ persist });
    const own = slow.admit(CALLER).token;
    const body = { namespace, key: 'key', value: 'new value' };
    const written = ask(slow.port, line, { token: own, body }).then(({ status }) => order.push(`answered ${status}`));
    const finish = await saving;
    expect((await ask(slow.port, 'GET /kv/keys', { token: own })).status).toBe(200);
    order.push('saved');
    finish();
    await written;
    expect(order).toEqual(['save of version 2', 'saved', 'answered 200']);
  });

  it('answers a read only after the value is saved, and then immediately', async () => {
    const order: string[] = [];
    let isDown = true;
    const save = async () => {
      if (isDown) throw new Error('worker w1 is down');
      order.push('saved');
    };
    const ledger = new Ledger(newDocument('n', box), { nowSeconds: () => 0, save });
    await using one = await start({ store: ledger.kv, persist: (revision) => ledger.keep(revision) });
    const own = { token: one.admit(CALLER).token };
    const read = (key: string) => ask(one.port, `GET /kv?namespace=${SECRETS}&key=${key}`, own);
    const body = { namespace: SECRETS, key: 'password', value: 'made by the first' };
    expect((await ask(one.port, 'PUT /kv/secret', { ...own, body })).status).toBe(500);
    expect(await read('password')).toEqual(FAILED);
    expect(warnings.at(-1)).toBe('runtime API of hooks: GET /kv: worker w1 is down');
    expect((await read('another')).status).toBe(404);
    isDown = false;
    for (let reads = 0; reads < 2; reads++) await read('password').then(({ status }) => order.push(`told ${status}`));
    expect(order).toEqual(['saved', 'told 200', 'told 200']);
  });

  it('answers 500 when the save fails, reports the reason to the run, and saves again with the next write', async () => {
    const outcomes = [new Error('no space left on device'), undefined];
    let saves = 0;
    await using failing = await start({
      persist: async () => {
        const outcome = outcomes[saves++];
        if (outcome) throw outcome;
      },
    });
    const put = { token: failing.admit(CALLER).token, body: { namespace: VARS, key: 'a', value: '1' } };
    expect(await ask(failing.port, 'PUT /kv', put)).toEqual(FAILED);
    expect(warnings).toEqual(['runtime API of hooks: PUT /kv: no space left on device']);
    expect((await ask(failing.port, 'PUT /kv', put)).status).toBe(200);
    expect(saves).toBe(2);
  });
});
