/**
 * Semaphores of one run. Places in a semaphore are granted in the order of the requests. When a process ends, its
 * semaphores are freed.
 */
import type { Admission } from './admissions.ts';

const LARGEST_CAPACITY = 64;

/** Identifies a semaphore. Requests with the same job, event and name share one semaphore. */
export interface SemaphoreName {
  readonly job: string;
  readonly event: string;
  readonly name: string;
}

export interface AcquireRequest {
  readonly semaphore: SemaphoreName;
  readonly holder: Admission;
  /** Values below 1 count as 1; values above 64 are refused. */
  readonly capacity: number;
  readonly timeoutMs: number;
  /** Aborted when the caller has closed the connection. */
  readonly gone: AbortSignal;
}

/** `acquired`: this request gave the allocation a place. `held`: the allocation already had a place. */
export type AcquireOutcome =
  | { readonly kind: 'acquired' | 'held'; readonly capacity: number }
  | { readonly kind: 'timed-out' }
  | { readonly kind: 'refused'; readonly reason: string };

export interface SemaphoreStatus {
  readonly capacity: number;
  /** Allocation ids in the order in which they acquired the semaphore. */
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
  /** Maps each allocation id to the process that acquired the semaphore for the allocation. */
  readonly holders: Map<string, Admission>;
  queue: Waiter[];
}

export class Semaphores {
  readonly #semaphores = new Map<string, Semaphore>();

  /** Waits for a place. A place belongs to an allocation, so all processes of the allocation share it. */
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

  /** Frees the place of an allocation. Returns false when the allocation does not hold the semaphore. */
  release(name: SemaphoreName, allocationId: string): boolean {
    const semaphore = this.#semaphores.get(keyOf(name));
    if (!semaphore?.holders.delete(allocationId)) return false;
    admitWaiting(semaphore);
    return true;
  }

  /** Returns the status of a semaphore. An unused semaphore is free and has capacity 1. */
  status(name: SemaphoreName): SemaphoreStatus {
    const semaphore = this.#semaphores.get(keyOf(name));
    if (!semaphore) return { capacity: 1, holders: [], waiting: 0, available: 1 };
    const { capacity, holders, queue } = semaphore;
    return { capacity, holders: [...holders.keys()], waiting: queue.length, available: capacity - holders.size };
  }

  /** Frees the semaphores of a process that has ended, and removes the process from every queue. */
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

/**
 * Grants places from the front of the queue while places are free. An allocation that already has a place is granted
 * immediately.
 */
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
