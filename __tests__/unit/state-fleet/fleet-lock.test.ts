import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Failure } from '../../../src/base/failure.ts';
import { type Locking, takeLock } from '../../../src/state-fleet/fleet-lock.ts';
import type { HeldLock } from '../../../src/state-fleet/held-lock.ts';
import { HolderCopies } from '../../../src/state-fleet/holders/holder-copies.ts';
import { markOf } from '../../../src/state-fleet/worker-script.ts';
import type { WorkerAddress } from '../../../src/transport/port.ts';
import { openLocalTransport } from '../../support/local-transport.ts';
import { LIVES, RunFate } from '../../support/run-fate.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const NAME = 'shop/production';
const ALL_UP: ReadonlySet<string> = new Set();

/** Returns folders that stand for workers. They have no state. */
async function workersBelow(folder: string, count: number): Promise<WorkerAddress[]> {
  return Array.from({ length: count }, (_, at) => {
    const host = `w${at + 1}`;
    return { host, port: 22, user: 'u', root: join(folder, host), useSudo: false, hostKey: undefined };
  });
}

interface Contender {
  readonly runId: string;
  readonly down?: ReadonlySet<string>;
  readonly waitMs?: number;
  readonly signal?: AbortSignal;
  readonly isGone?: Locking['isGone'];
  readonly onWait?: Locking['onWait'];
}

function lockingOf(workers: readonly WorkerAddress[], contender: Contender): Locking {
  const { runId, down = ALL_UP, waitMs = 0, isGone = async () => false, onWait = () => {} } = contender;
  const fate = new RunFate(LIVES);
  const transport = openLocalTransport({ fate, down, env: {} });
  return {
    search: {
      name: NAME,
      keys: [Buffer.alloc(32, 7)],
      workers,
      initialize: 'auto',
      cache: undefined,
      copies: new HolderCopies({ transport, mark: markOf(NAME), parallelWorkers: 8 }),
      onCached: () => {},
      order: 'side by side',
    },
    owner: { runId, command: 'deploy', actor: 'octocat', url: '' },
    waitMs,
    signal: contender.signal ?? fate.signal,
    isGone,
    onWait,
  };
}

const release = ({ search }: Locking, { token }: HeldLock) =>
  search.copies.release(search.workers, token, AbortSignal.timeout(10_000));

async function refusalOf(taking: Promise<HeldLock>): Promise<Failure> {
  const thrown = await taking.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(thrown instanceof Failure)) throw new Error(`it was not refused: ${String(thrown)}`);
  return thrown;
}

async function locksOn(workers: readonly WorkerAddress[]): Promise<string[]> {
  const files = await Promise.all(workers.map(({ root }) => readdir(join(root, '.maand')).catch((): string[] => [])));
  return files.flat().filter((name) => name.endsWith('.lock'));
}

async function fenceOn({ root }: WorkerAddress): Promise<number> {
  return Number(await readFile(join(root, '.maand', `${markOf(NAME)}.fence`), 'utf8').catch(() => '0'));
}

describe('the lock on workers', () => {
  it.each([1, 2, 3, 4])('is one contender’s of three that come at once, on %i workers', async (count) => {
    const workers = await workersBelow(await temporaryFolder(), count);
    const contenders = ['1', '2', '3'].map((runId) => lockingOf(workers, { runId }));
    const results = await Promise.allSettled(contenders.map((contender) => takeLock(contender)));
    const held = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    expect(held).toHaveLength(1);
    for (const result of results) {
      if (result.status === 'rejected') expect(String(result.reason)).toContain('[state-locked]');
    }
    expect(held[0]?.hosts.size).toBe(count);
    for (const worker of workers) expect(await fenceOn(worker)).toBeLessThanOrEqual(held[0]?.fence ?? 0);
  });

  it('is given back whole by whoever is refused', async () => {
    const workers = await workersBelow(await temporaryFolder(), 3);
    const first = lockingOf(workers, { runId: '1' });
    const held = await takeLock(first);
    const refusal = await refusalOf(takeLock(lockingOf(workers, { runId: '2' })));
    expect(refusal.exitCode).toBe(3);
    expect(refusal.message).toContain('"deploy" by octocat (run 1) holds the lock on w1');
    expect(await release(first, held)).toEqual([]);
    expect(await locksOn(workers)).toEqual([]);
  });

  it('has a greater fence than any before, whichever majority took it', async () => {
    const workers = await workersBelow(await temporaryFolder(), 3);
    await mkdir(join(workers[0]?.root ?? '', '.maand'), { recursive: true });
    await writeFile(join(workers[0]?.root ?? '', '.maand', `${markOf(NAME)}.fence`), '41\n');
    const first = lockingOf(workers, { runId: '1' });
    const held = await takeLock(first);
    expect(held.fence).toBe(42);
    for (const worker of workers) expect(await fenceOn(worker)).toBe(42); // therefore the next run needs only two workers
    await release(first, held);
    const second = lockingOf(workers, { runId: '2' });
    expect((await takeLock(second)).fence).toBe(43);
  });

  it('waits as long as it was told, and says for whom', async () => {
    const workers = await workersBelow(await temporaryFolder(), 3);
    const first = lockingOf(workers, { runId: '1' });
    const held = await takeLock(first);
    const told: string[] = [];
    const waiting = takeLock(
      lockingOf(workers, {
        runId: '2',
        waitMs: 60_000,
        onWait: (message) => {
          told.push(message);
          void release(first, held);
        },
      }),
    );
    expect((await waiting).fence).toBeGreaterThan(held.fence);
    expect(told).toEqual([expect.stringMatching(/^waiting for the lock: "deploy" by octocat \(run 1\)/)]);
  });

  it('leaves nothing behind when the wait is cancelled', async () => {
    const workers = await workersBelow(await temporaryFolder(), 3);
    const first = lockingOf(workers, { runId: '1' });
    const held = await takeLock(first);
    const cancel = new AbortController();
    const onWait = () => cancel.abort();
    const waiting = takeLock(lockingOf(workers, { runId: '2', waitMs: 60_000, signal: cancel.signal, onWait }));
    await expect(waiting).rejects.toThrow('aborted');
    await release(first, held);
    expect(await locksOn(workers)).toEqual([]);
  });

  it('is taken over from a run that is proved gone, and marked so that the old one is fenced off', async () => {
    const workers = await workersBelow(await temporaryFolder(), 3);
    const dead = await takeLock(lockingOf(workers, { runId: '1' }));
    const asked: string[] = [];
    const isGone: Locking['isGone'] = async ({ runId }) => asked.push(runId) > 0;
    const held = await takeLock(lockingOf(workers, { runId: '2', isGone }));
    expect(asked).toContain('1');
    expect(held.fence).toBeGreaterThan(dead.fence);
    for (const worker of workers) expect(await fenceOn(worker)).toBe(held.fence);
  });

  it('is refused where a first run cannot ask everybody, and nothing is made on those that answer', async () => {
    const workers = await workersBelow(await temporaryFolder(), 3);
    const refusal = await refusalOf(takeLock(lockingOf(workers, { runId: '1', down: new Set(['w3']) })));
    expect(refusal.message).toContain('[state-unknown]');
    for (const { root } of workers) await expect(readdir(root)).rejects.toThrow('ENOENT');
  });
});
