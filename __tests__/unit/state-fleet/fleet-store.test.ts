import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createSecretBox } from '../../../src/kv/secrets.ts';
import { newDocument } from '../../../src/state/first-document.ts';
import { openFleetStore } from '../../../src/state-fleet/fleet-store.ts';
import { HolderCopies } from '../../../src/state-fleet/holders/holder-copies.ts';
import { markOf } from '../../../src/state-fleet/worker-script.ts';
import { copyOn } from '../../support/fleet-copies.ts';
import { openLocalTransport } from '../../support/local-transport.ts';
import { LIVES, RunFate } from '../../support/run-fate.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const NAME = 'shop/production';
const KEYS = [Buffer.alloc(32, 7)];

/** Returns a store on three workers, which are folders below `folder`. */
function openStore(folder: string, runId = '1') {
  const fate = new RunFate(LIVES);
  const transport = openLocalTransport({ fate, down: new Set(), env: {} });
  const workers = ['w1', 'w2', 'w3'].map((host) => {
    return { host, port: 22, user: 'u', root: join(folder, host), useSudo: false, hostKey: undefined };
  });
  const store = openFleetStore({
    search: {
      name: NAME,
      keys: KEYS,
      workers,
      initialize: 'auto',
      cache: undefined,
      copies: new HolderCopies({ transport, mark: markOf(NAME), parallelWorkers: 8 }),
      onCached: () => {},
      order: 'side by side',
    },
    writer: { runId, attempt: 1, sha: '', ref: '', actor: 'kim' },
    parallelWorkers: 8,
    isGone: async () => false,
    notice: () => {},
    warn: () => {},
    onHandover: async () => {},
  });
  const owner = { runId, command: 'deploy', actor: 'kim', url: '' };
  return { workers, lock: () => store.lock(owner, 0, fate.signal) };
}

describe('the state on workers', () => {
  it('is not taken for lost because of the words with which a worker refuses a copy', async () => {
    const { workers, lock } = openStore(join(await temporaryFolder(), 'another run'));
    const document = { ...newDocument(NAME, createSecretBox(KEYS)), serial: 1 };
    await using held = await lock();
    for (const { root } of workers) {
      await mkdir(root, { recursive: true });
      await writeFile(join(root, document.bucketId), 'a file where the folder of the bucket is to be');
    }
    await expect(held.save(document)).rejects.toMatchObject({
      code: 'state-no-quorum',
      message: expect.stringContaining('another run/w1'),
    });
    for (const { root } of workers) await rm(join(root, document.bucketId));
    await held.save(document);
    expect(
      await copyOn({ root: workers[0]?.root ?? '', name: NAME, stateKeys: [KEYS[0]?.toString('hex') ?? ''] }),
    ).toMatchObject({
      serial: 1,
    });
  });

  it('is lost once another run has the lock, and nothing is saved any more', async () => {
    const folder = await temporaryFolder();
    const { workers, lock } = openStore(folder);
    const document = { ...newDocument(NAME, createSecretBox(KEYS)), serial: 1 };
    await using held = await lock();
    for (const { root } of workers) {
      await writeFile(join(root, '.maand', `${markOf(NAME)}.lock`), `another 1 9999999999\nother\n`);
    }
    await expect(held.save(document)).rejects.toMatchObject({ code: 'state-taken-over' });
    await expect(held.save(document)).rejects.toMatchObject({
      code: 'state-taken-over',
      message: expect.stringContaining('nothing more is changed'),
    });
  });
});
