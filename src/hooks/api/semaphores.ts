/** Semaphores of one run: first come, first served, and never held by a process that has ended. */
import type { Admission } from './admissions.ts';

const LARGEST_CAPACITY = 64;

/** Same job, event and name: the same semaphore. */
export interface SemaphoreName {
  readonly job: string;
  readonly event: string;
  readonly name: string;
}

export interface AcquireRequest {
  readonly semaphore: SemaphoreName;
  readonly holder: Admission;
  /** Below 1 is 1; above 64 is refused. */
  readonly capacity: number;
  readonly timeoutMs: number;
  /** Aborted when the one who asked has hung up. */
  readonly gone: AbortSignal;
}

/** `acquired` is new, `held` was the allocation's already. */
export type AcquireOutcome =
  | { readonly kind: 'acquired' | 'held'; readonly capacity: number }
  | { readonly kind: 'timed-out' }
  | { readonly kind: 'refused'; readonly reason: string };

export interface SemaphoreStatus {
  readonly capacity: number;
  /** Allocation ids in the order in which they got in. */
  readonly holders: readonly string[];
  readonly waiting: number;
  readonly available: number;
}

interface Waiter {
  readonly holder: Admission;
  readonly settle: (kind: 'acquired' | 'held' | 'timed-out') => void;
}

interface Semaphore {
  readonly capacity: number;
  /** Allocation id → the process that holds for it. */
  readonly holders: Map<string, Admission>;
  queue: Waiter[];
}

export class Semaphores {
  readonly #semaphores = new Map<string, Semaphore>();

  /** Waits for a place. The allocation is the holder: what one of its processes holds, it holds. */
  async acquire(request: AcquireRequest): Promise<AcquireOutcome> {
    const capacity = Math.max(1, request.capacity);
    if (capacity > LARGEST_CAPACITY) {
      return { kind: 'refused', reason: `semaphore capacity is at most ${LARGEST_CAPACITY}, requested ${capacity}` };
    }
    const semaphore = this.#open(request.semaphore, capacity);
    if (semaphore.capacity !== capacity) {
      return { kind: 'refused', reason: `semaphore capacity is ${semaphore.capacity}, requested ${capacity}` };
    }
    const kind = await this.#enter(semaphore, request);
    return kind === 'timed-out' ? { kind } : { kind, capacity };
  }

  /** False when the allocation does not hold it. */
  release(name: SemaphoreName, allocationId: string): boolean {
    const semaphore = this.#semaphores.get(keyOf(name));
    if (!semaphore?.holders.delete(allocationId)) return false;
    admitWaiting(semaphore);
    return true;
  }

  /** Of an unknown name: capacity 1 and free. */
  status(name: SemaphoreName): SemaphoreStatus {
    const semaphore = this.#semaphores.get(keyOf(name));
    if (!semaphore) return { capacity: 1, holders: [], waiting: 0, available: 1 };
    const { capacity, holders, queue } = semaphore;
    return { capacity, holders: [...holders.keys()], waiting: queue.length, available: capacity - holders.size };
  }

  /** A process has ended: frees what it holds and gives up its places in every queue. */
  releaseAll(holder: Admission): void {
    for (const semaphore of this.#semaphores.values()) {
      for (const waiter of semaphore.queue.filter((one) => one.holder === holder)) waiter.settle('timed-out');
      for (const [allocationId, process] of semaphore.holders) {
        if (process === holder) semaphore.holders.delete(allocationId);
      }
      admitWaiting(semaphore);
    }
  }

  #open(name: SemaphoreName, capacity: number): Semaphore {
    const key = keyOf(name);
    const semaphore = this.#semaphores.get(key) ?? { capacity, holders: new Map(), queue: [] };
    this.#semaphores.set(key, semaphore);
    return semaphore;
  }

  #enter(
    semaphore: Semaphore,
    { holder, timeoutMs, gone }: AcquireRequest,
  ): Promise<'acquired' | 'held' | 'timed-out'> {
    return new Promise((done) => {
      const settle = (kind: 'acquired' | 'held' | 'timed-out'): void => {
        clearTimeout(timer);
        gone.removeEventListener('abort', giveUp);
        semaphore.queue = semaphore.queue.filter((waiter) => waiter.settle !== settle);
        done(kind);
      };
      const giveUp = (): void => settle('timed-out');
      const timer = setTimeout(giveUp, timeoutMs);
      gone.addEventListener('abort', giveUp);
      semaphore.queue.push({ holder, settle });
      if (gone.aborted) giveUp();
      admitWaiting(semaphore);
    });
  }
}

function keyOf({ job, event, name }: SemaphoreName): string {
  return JSON.stringify([job, event, name]);
}

/** Lets in from the front of the queue while there is room; whose allocation is inside already passes at once. */
function admitWaiting(semaphore: Semaphore): void {
  const { capacity, holders } = semaphore;
  for (const waiter of semaphore.queue) {
    const { allocationId } = waiter.holder.caller;
    if (holders.has(allocationId)) waiter.settle('held');
    else if (holders.size < capacity) {
      holders.set(allocationId, waiter.holder);
      waiter.settle('acquired');
    }
  }
}
