/** Limits and repeats calls to a service that may be slow, down, or silent. */
import { setTimeout as delay } from 'node:timers/promises';
import { newAbort } from '../base/abort.ts';

export interface Limit {
  readonly ms: number;
  readonly signal: AbortSignal;
}

/** Runs `work` with a signal that aborts when `signal` aborts or after `ms`. */
export async function within<T>({ ms, signal }: Limit, work: (bound: AbortSignal) => Promise<T>): Promise<T> {
  const controller = newAbort();
  const stop = () => controller.abort();
  const timer = setTimeout(stop, ms);
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}

export interface Repetition<K> {
  /** Outcomes that may change when the call is repeated. */
  readonly kinds: readonly K[];
  /** Pauses before the second attempt, the third attempt, and so on. */
  readonly pausesMs: readonly number[];
  readonly bound: AbortSignal;
}

/**
 * Repeats `work` while it returns one of `kinds`. The number of pauses limits the repetitions, and `bound` limits the
 * time.
 */
export async function insist<T extends { readonly kind: string }>(
  { kinds, pausesMs, bound }: Repetition<T['kind']>,
  work: () => Promise<T>,
): Promise<T> {
  for (const pauseMs of pausesMs) {
    const outcome = await work();
    if (!kinds.includes(outcome.kind) || bound.aborted) return outcome;
    // after an abort, the last outcome is returned
    const isOver = await delay(pauseMs, false, { signal: bound }).catch(() => true);
    if (isOver) return outcome;
  }
  return work();
}
