import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Admission } from '../../../src/hooks/api/admissions.ts';
import {
  type AcquireOutcome,
  type AcquireRequest,
  type SemaphoreName,
  Semaphores,
} from '../../../src/hooks/api/semaphores.ts';

const LOCK: SemaphoreName = { job: 'api', event: 'pre_deploy', name: 'lock' };

function process(allocationId: string): Admission {
  const caller = { allocationId, job: 'api', host: '10.0.0.1', hook: 'hook_a', event: 'pre_deploy', demandedJobs: [] };
  return { caller: { ...caller, event: 'pre_deploy' } };
}

function acquire(
  semaphores: Semaphores,
  holder: Admission,
  extra: Partial<AcquireRequest> = {},
): Promise<AcquireOutcome> {
  const gone = new AbortController().signal;
  return semaphores.acquire({ semaphore: LOCK, holder, capacity: 1, timeoutMs: 50_000, gone, ...extra });
}

describe('Semaphores', () => {
  it('makes the second wait until the first releases', async () => {
    const semaphores = new Semaphores();
    await acquire(semaphores, process('a'));
    const second = acquire(semaphores, process('b'));
    expect(semaphores.status(LOCK)).toEqual({ capacity: 1, holders: ['a'], waiting: 1, available: 0 });
    expect(semaphores.release(LOCK, 'a')).toBe(true);
    expect(await second).toEqual({ kind: 'acquired', capacity: 1 });
    expect(semaphores.status(LOCK)).toEqual({ capacity: 1, holders: ['b'], waiting: 0, available: 0 });
  });

  it('admits as many allocations as its capacity', async () => {
    const semaphores = new Semaphores();
    await acquire(semaphores, process('a'), { capacity: 2 });
    await acquire(semaphores, process('b'), { capacity: 2 });
    const third = acquire(semaphores, process('c'), { capacity: 2 });
    expect(semaphores.status(LOCK)).toEqual({ capacity: 2, holders: ['a', 'b'], waiting: 1, available: 0 });
    semaphores.release(LOCK, 'b');
    expect((await third).kind).toBe('acquired');
  });

  it('counts an allocation once, even when it asks several times', async () => {
    const semaphores = new Semaphores();
    expect((await acquire(semaphores, process('a'))).kind).toBe('acquired');
    expect((await acquire(semaphores, process('a'))).kind).toBe('held');
    expect(semaphores.release(LOCK, 'a')).toBe(true);
    expect(semaphores.release(LOCK, 'a')).toBe(false);
  });

  it('admits an allocation twice at once when it waits twice', async () => {
    const semaphores = new Semaphores();
    await acquire(semaphores, process('a'));
    const waiting = [
      acquire(semaphores, process('b')),
      acquire(semaphores, process('c')),
      acquire(semaphores, process('b')),
    ];
    semaphores.release(LOCK, 'a');
    expect((await waiting[0])?.kind).toBe('acquired');
    expect((await waiting[2])?.kind).toBe('held');
    expect(semaphores.status(LOCK)).toMatchObject({ holders: ['b'], waiting: 1 });
    semaphores.release(LOCK, 'b');
    await waiting[1];
  });

  it.each([
    [2, 'semaphore capacity is 1, requested 2'],
    [65, 'semaphore capacity is at most 64, requested 65'],
  ])('refuses capacity %i', async (capacity, reason) => {
    const semaphores = new Semaphores();
    await acquire(semaphores, process('a'), { capacity: 0 });
    expect(await acquire(semaphores, process('b'), { capacity })).toEqual({ kind: 'refused', reason });
  });

  it('removes a waiting request from the queue after its time limit', async () => {
    const semaphores = new Semaphores();
    await acquire(semaphores, process('a'));
    expect(await acquire(semaphores, process('b'), { timeoutMs: 1 })).toEqual({ kind: 'timed-out' });
    expect(semaphores.status(LOCK)).toMatchObject({ holders: ['a'], waiting: 0 });
  });

  it('passes over a waiter that has hung up', async () => {
    const semaphores = new Semaphores();
    const hangUp = new AbortController();
    await acquire(semaphores, process('a'));
    const gone = acquire(semaphores, process('b'), { gone: hangUp.signal });
    const third = acquire(semaphores, process('c'));
    hangUp.abort();
    expect((await gone).kind).toBe('timed-out');
    semaphores.release(LOCK, 'a');
    expect((await third).kind).toBe('acquired');
    expect((await acquire(semaphores, process('d'), { gone: hangUp.signal })).kind).toBe('timed-out');
  });

  it('releases the semaphores of an ended process, and its places in the queue', async () => {
    const semaphores = new Semaphores();
    const [first, second] = [process('a'), process('b')];
    await acquire(semaphores, first);
    const waiting = [acquire(semaphores, second), acquire(semaphores, process('c'))];
    semaphores.releaseAll(second);
    expect((await waiting[0])?.kind).toBe('timed-out');
    semaphores.releaseAll(first);
    expect((await waiting[1])?.kind).toBe('acquired');
    expect(semaphores.status(LOCK)).toMatchObject({ holders: ['c'], waiting: 0 });
  });

  it('keeps names, events and jobs apart', async () => {
    const semaphores = new Semaphores();
    await acquire(semaphores, process('a'));
    for (const semaphore of [
      { ...LOCK, event: 'cli' },
      { ...LOCK, job: 'db' },
      { ...LOCK, name: 'other' },
    ]) {
      expect((await acquire(semaphores, process('b'), { semaphore })).kind).toBe('acquired');
    }
  });

  it('answers for an unused name', () => {
    const status = { capacity: 1, holders: [], waiting: 0, available: 1 };
    expect(new Semaphores().status(LOCK)).toEqual(status);
  });

  it('never holds more than its capacity and serves in order of arrival, whatever happens', async () => {
    const step = fc.record({ act: fc.constantFrom('acquire', 'release', 'end', 'hang-up'), who: fc.nat(5) });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 3 }), fc.array(step, { maxLength: 40 }), async (capacity, steps) => {
        const semaphores = new Semaphores();
        const model = new Model(capacity);
        const waiting = new Map<string, AbortController>();
        for (const { act, who } of steps) {
          const id = `p${who}`;
          if (act === 'acquire' && !model.knows(id)) {
            waiting.set(id, new AbortController());
            const gone = (waiting.get(id) as AbortController).signal;
            void acquire(semaphores, admissions[who] as Admission, { capacity, gone });
            model.arrive(id);
          } else if (act === 'hang-up') {
            waiting.get(id)?.abort();
            model.leaveQueue(id);
          } else if (act === 'release') {
            semaphores.release(LOCK, id);
            model.release(id);
          } else if (act === 'end') {
            semaphores.releaseAll(admissions[who] as Admission);
            model.leaveQueue(id);
            model.release(id);
          }
          await Promise.resolve();
          const { holders, waiting: inQueue } = semaphores.status(LOCK);
          expect({ holders, inQueue }).toEqual({ holders: model.holders, inQueue: model.queue.length });
        }
        for (const admission of admissions) semaphores.releaseAll(admission);
      }),
    );
  });
});

const admissions = Array.from({ length: 6 }, (_, who) => process(`p${who}`));

/** A simple model of a semaphore, to compare with the real one. */
class Model {
  readonly capacity: number;
  holders: string[] = [];
  queue: string[] = [];

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  knows(id: string): boolean {
    return this.holders.includes(id) || this.queue.includes(id);
  }

  arrive(id: string): void {
    this.queue.push(id);
    this.#admit();
  }

  leaveQueue(id: string): void {
    this.queue = this.queue.filter((one) => one !== id);
  }

  release(id: string): void {
    this.holders = this.holders.filter((one) => one !== id);
    this.#admit();
  }

  #admit(): void {
    while (this.holders.length < this.capacity && this.queue.length > 0)
      this.holders.push(this.queue.shift() as string);
  }
}
