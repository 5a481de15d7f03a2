import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Failure } from '../../../src/base/failure.ts';
import type { StateDocument } from '../../../src/state/document.ts';
import { toStored } from '../../../src/state/formats/stored-document.ts';
import type { StateStore } from '../../../src/state/port.ts';
import { openFileStore } from '../../../src/state-file/file-store.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const signal = new AbortController().signal;
const owner = { runId: '1', command: 'deploy', actor: 'ann', url: '' };

function document(serial: number): StateDocument {
  return {
    format: 2,
    name: 'bucket/default',
    bucketId: '5e1c5a34-7c1b-4d0a-9f3e-0a1b2c3d4e5f',
    serial,
    updateSeq: 0,
    builtDigest: '',
    hashKey: 'sealed',
    workers: {},
    ports: {},
    allocations: [],
    trees: {},
    postDeployPending: [],
    hostKeys: {},
    kv: {},
  };
}

async function open(environment = 'default') {
  const folder = await temporaryFolder();
  return { folder, store: openFileStore({ folder, environment, name: 'bucket/default' }) };
}

async function save(store: StateStore, ...documents: readonly StateDocument[]): Promise<void> {
  await using held = await store.lock(owner, 0, signal);
  for (const one of documents) await held.save(one);
}

const refusal = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );

describe('file store', () => {
  it('starts without a document, and keeps the saved document and the previous one', async () => {
    const { folder, store } = await open();
    expect(await store.load(signal)).toEqual({ kind: 'none' });
    await save(store, document(1), { ...document(2), updateSeq: 7 });
    expect(await store.load(signal)).toMatchObject({ kind: 'found', document: { serial: 2, updateSeq: 7 } });
    expect(JSON.parse(await readFile(join(folder, 'state.previous.json'), 'utf8'))).toMatchObject({ serial: 1 });
    expect((await readdir(folder)).sort()).toEqual(['state.json', 'state.previous.json']);
    expect((await stat(join(folder, 'state.json'))).mode & 0o777).toBe(0o600);
  });

  it('keeps environments apart', async () => {
    const { folder, store } = await open('staging');
    await save(store, document(1));
    expect(await readdir(folder)).toEqual(['state.staging.json']);
  });

  it('refuses a document that does not follow the stored one', async () => {
    const { store } = await open();
    await using held = await store.lock(owner, 0, signal);
    await held.save(document(1));
    expect(await refusal(held.save(document(1)))).toMatchObject({
      exitCode: 3,
      message: expect.stringContaining('changed by another run'),
    });
    expect(await refusal(held.save(document(3)))).toBeInstanceOf(Failure);
  });

  it.each([
    ['broken JSON', '{', 'not JSON'],
    ['something else', '[]', 'not a state document'],
    ['a newer format', '{"format":3}', 'newer version'],
    ['missing fields', '{"format":1,"name":"x"}', 'bucketId'],
    ['a wrong type', JSON.stringify({ ...toStored(document(1)), serial: '1' }), 'serial'],
    ['an id that is a path', JSON.stringify({ ...toStored(document(1)), bucketId: '../../tmp' }), 'bucketId'],
    ['a broken record', JSON.stringify({ ...toStored(document(1)), allocations: [null] }), 'allocations'],
    ['a broken history', JSON.stringify({ ...toStored(document(1)), kv: { n: { k: 5 } } }), 'kv'],
    ['another bucket', JSON.stringify({ ...toStored(document(1)), name: 'other/default' }), 'other/default'],
  ])('refuses %s, naming the file', async (_what, text, reason) => {
    const { folder, store } = await open();
    await writeFile(join(folder, 'state.json'), text);
    const thrown = await refusal(store.load(signal));
    expect(thrown).toMatchObject({ exitCode: 3, message: expect.stringContaining(reason) });
    expect(String(thrown)).toContain(join(folder, 'state.json'));
  });
});

describe('a state that is gone', () => {
  it('is not taken for a first run while the document before it is there', async () => {
    const { folder, store } = await open();
    await save(store, document(1), document(2));
    await rm(join(folder, 'state.json'));
    expect(await refusal(store.load(signal))).toMatchObject({
      exitCode: 3,
      hint: expect.stringContaining('state.previous.json'),
    });
  });
});

describe('lock', () => {
  it('keeps a second run out, names the holder, and is free after release', async () => {
    const { folder, store } = await open();
    const lock = await store.lock(owner, 0, signal);
    const thrown = await refusal(store.lock({ ...owner, actor: 'bob' }, 0, signal));
    expect(thrown).toMatchObject({ exitCode: 3, message: expect.stringMatching(/"deploy" by ann/) });
    await lock[Symbol.asyncDispose]();
    expect(await readdir(folder)).toEqual([]);
    await using _again = await store.lock(owner, 0, signal);
  });

  it('waits until the holder releases the lock', async () => {
    const { store } = await open();
    const lock = await store.lock(owner, 0, signal);
    const second = store.lock(owner, 30_000, signal);
    await lock[Symbol.asyncDispose]();
    await using held = await second;
    expect(held).toBeDefined();
  });

  it('takes over the lock of an ended process, but not of a running one', async () => {
    const { folder, store } = await open();
    const module = join(import.meta.dirname, '../../../src/state-file/file-lock.ts');
    const script = `import { lockFile } from ${JSON.stringify(module)};
      const owner = { runId: '2', command: 'deploy', actor: 'carl', url: '' };
      await lockFile(${JSON.stringify(join(folder, 'state.lock'))}, { owner, waitMs: 0, signal: new AbortController().signal });
      console.log('held'); setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '--no-warnings', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    expect(await refusal(store.lock(owner, 0, signal))).toMatchObject({ message: expect.stringContaining('carl') });
    child.kill('SIGKILL');
    await once(child, 'exit');
    await using _held = await store.lock(owner, 0, signal);
    expect(JSON.parse(await readFile(join(folder, 'state.lock'), 'utf8'))).toMatchObject({ actor: 'ann' });
  });

  it('does not take over a lock of another machine', async () => {
    const { folder, store } = await open();
    await writeFile(
      join(folder, 'state.lock'),
      JSON.stringify({ ...owner, token: 't', host: 'elsewhere', pid: 1, started: '1', at: 'then' }),
    );
    expect(await refusal(store.lock(owner, 0, signal))).toMatchObject({
      message: expect.stringContaining('elsewhere'),
    });
  });

  it('does not take over a lock of another container, but takes one from before the last boot', async () => {
    const { folder, store } = await open();
    const path = join(folder, 'state.lock');
    await using _own = await store.lock(owner, 0, signal);
    const record = JSON.parse(await readFile(path, 'utf8'));
    await writeFile(path, JSON.stringify({ ...record, token: 'other', pid: 1, started: 'x', pidNamespace: 'pid:[1]' }));
    expect(await refusal(store.lock(owner, 0, signal))).toMatchObject({ exitCode: 3 });
    await writeFile(path, JSON.stringify({ ...record, token: 'other', machine: 'some machine', boot: 'earlier' }));
    expect(await refusal(store.lock(owner, 0, signal))).toMatchObject({ exitCode: 3 });
    if (record.machine === '') return; // this machine has no id that distinguishes machines
    await writeFile(path, JSON.stringify({ ...record, token: 'other', boot: 'earlier' }));
    await using taken = await store.lock(owner, 0, signal);
    expect(taken).toBeDefined();
  });

  it('admits exactly one of many runs at a time', async () => {
    const { store } = await open();
    let inside = 0;
    const most: number[] = [];
    await Promise.all(
      Array.from({ length: 5 }, async () => {
        await using _held = await store.lock(owner, 30_000, signal);
        most.push(++inside);
        await new Promise((later) => setImmediate(later));
        inside--;
      }),
    );
    expect(most).toEqual([1, 1, 1, 1, 1]);
  });
});
