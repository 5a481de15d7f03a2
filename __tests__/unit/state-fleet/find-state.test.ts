import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { StateDocument } from '../../../src/state/document.ts';
import { sealSnapshot, snapshotDigest } from '../../../src/state/snapshot.ts';
import { findState } from '../../../src/state-fleet/find-state/find-state.ts';
import type { Search } from '../../../src/state-fleet/find-state/search.ts';
import { HolderCopies } from '../../../src/state-fleet/holders/holder-copies.ts';
import { headText } from '../../../src/state-fleet/holders/sighting.ts';
import { markOf } from '../../../src/state-fleet/worker-script.ts';
import type { RemoteCommand, RemoteOutcome, Transport, WorkerAddress } from '../../../src/transport/port.ts';
import { openLocalTransport } from '../../support/local-transport.ts';
import { LIVES, RunFate } from '../../support/run-fate.ts';
import { stateOf } from '../../support/state-document.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const KEY = Buffer.alloc(32, 7);
const NEVER = new AbortController().signal;
const HOSTS = ['w1', 'w2', 'w3'];

/**
 * Runs real shells in folders that stand for workers. It keeps the scripts of all workers, and can break the connection to a
 * worker.
 */
class Fleet {
  readonly workers: readonly WorkerAddress[];
  readonly document: StateDocument;
  readonly asked: string[] = [];
  readonly #local: Transport = openLocalTransport({
    fate: new RunFate(LIVES),
    down: new Set(),
    env: {},
  });

  constructor(folder: string) {
    this.workers = HOSTS.map((host) => {
      return { host, port: 22, user: 'u', root: join(folder, host), useSudo: false, hostKey: undefined };
    });
    this.document = { ...stateOf(2000), holders: HOSTS };
  }

  search(breaksOff: (host: string, command: RemoteCommand) => boolean = () => false): Search {
    const exec: Transport['exec'] = async (worker, command, signal): Promise<RemoteOutcome> => {
      this.asked.push(worker.host);
      if (!breaksOff(worker.host, command)) return this.#local.exec(worker, command, signal);
      const problem = {
        kind: 'lost',
        host: worker.host,
        message: `the connection to ${worker.host} was lost`,
      } as const;
      return { kind: 'failed', problem, durationMs: 0 };
    };
    const { name } = this.document;
    const transport = { ...this.#local, exec };
    return {
      name,
      keys: [KEY],
      workers: this.workers,
      initialize: 'never',
      cache: undefined,
      copies: new HolderCopies({ transport, mark: markOf(name), parallelWorkers: 8 }),
      onCached: () => {},
      order: 'side by side',
    };
  }

  async put(host: string, sealed: Buffer): Promise<void> {
    const worker = this.workers.find((one) => one.host === host) as WorkerAddress;
    const { name, bucketId: lineage, serial, updateSeq } = this.document;
    const digest = snapshotDigest(sealed);
    const { copies } = this.search();
    const wish = { token: 't', goneToken: '', ttlSeconds: 120, owner: '{}', newcomers: new Set([host]) };
    await copies.look([worker], NEVER, { wish });
    const head = headText({ name, lineage, serial, digest, updateSeq, writer: 'run 1' });
    const write = {
      token: 't',
      bucketId: lineage,
      expected: 'any',
      serial,
      digest,
      head,
      markText: `${lineage}\n${name}`,
    };
    const { kind } = await copies.write(worker, { ...write, bytes: sealed }, NEVER);
    const kept = await copies.release([worker], 't', NEVER);
    if (kind !== 'written' || kept.length > 0) throw new Error(`${host}: ${kind}, its lock is kept`);
  }

  seal(): Promise<Buffer> {
    const writer = { runId: '1', attempt: 1, sha: '', ref: 'refs/heads/main', actor: 'octocat' };
    return sealSnapshot({ document: this.document, parent: '', writer, at: new Date(0), keys: [KEY] });
  }
}

let fleet: Fleet;
let sealed: Buffer;
beforeEach(async () => {
  fleet = new Fleet(await temporaryFolder());
  sealed = await fleet.seal();
});

/** Returns true for a script that only reads one snapshot. */
const isReading = (_host: string, { script }: RemoteCommand): boolean => script.startsWith('od ');

describe('the state on workers without a cache', () => {
  it('comes with the answer of the first worker, and no worker is asked twice', async () => {
    for (const host of HOSTS) await fleet.put(host, sealed);
    fleet.asked.length = 0;
    const found = await findState(fleet.search(), NEVER);
    expect(found).toMatchObject({ kind: 'found', digest: snapshotDigest(sealed), inCache: false });
    expect(found.kind === 'found' && found.bytes.equals(sealed)).toBe(true);
    expect(fleet.asked.sort()).toEqual(HOSTS);
  });

  it('is read from another holder when the first worker has no copy or a broken one', async () => {
    for (const host of ['w2', 'w3']) await fleet.put(host, sealed);
    fleet.asked.length = 0;
    expect(await findState(fleet.search(), NEVER)).toMatchObject({ kind: 'found', digest: snapshotDigest(sealed) });
    expect(fleet.asked.sort()).toEqual(['w1', 'w2', 'w2', 'w3']);
  });

  it('stops as not proven, and not as damaged, when its holders are lost while it is read', async () => {
    for (const host of ['w2', 'w3']) await fleet.put(host, sealed);
    const finding = findState(fleet.search(isReading), NEVER);
    await expect(finding).rejects.toMatchObject({ code: 'state-not-proven', exitCode: 3 });
    await expect(finding).rejects.toThrow(/w2: the connection to w2 was lost; w3: the connection to w3 was lost/);
  });

  it('stops as damaged when no copy is whole', async () => {
    const broken = Buffer.from(sealed);
    broken[broken.length - 1] = (broken.at(-1) ?? 0) ^ 1;
    for (const host of HOSTS) await fleet.put(host, broken);
    await expect(findState(fleet.search(), NEVER)).rejects.toMatchObject({ code: 'state-damaged' });
  });

  it('of a newer version is never replaced, even when an operator chooses the copy of that worker', async () => {
    await fleet.put('w1', sealed);
    const newer = Buffer.from(sealed.toString('latin1').replace('"format":1', '"format":2'), 'latin1');
    for (const host of HOSTS) await fleet.put(host, newer);
    await expect(findState(fleet.search(), NEVER)).rejects.toMatchObject({ code: 'state-newer' });
    const overridden = { ...fleet.search(), overrides: { from: 'w1' } };
    await expect(findState(overridden, NEVER)).rejects.toMatchObject({ code: 'state-newer' });
  });
});
