/** Limits and repeats calls to a service that may be slow, down, or silent. */
import { setTimeout as delay } from 'node:timers/promises';

export interface Limit {
  readonly ms: number;
  readonly signal: AbortSignal;
}

/**
 * Runs `work` with a signal that aborts when `signal` does, or after `ms`. It uses a timer of its own, which garbage
 * collection cannot remove.
 */
export async function within<T>({ ms, signal }: Limit, work: (bound: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
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
  /** Outcomes that may change when asked again. */
  readonly kinds: readonly K[];
  /** Pauses before the second attempt, the third, and so on. */
  readonly pausesMs: readonly number[];
  readonly bound: AbortSignal;
}

/** Repeats `work` while it ends in one of `kinds`, as often as there are pauses and while time is left. */
export async function insist<T extends { readonly kind: string }>(
  { kinds, pausesMs, bound }: Repetition<T['kind']>,
  work: () => Promise<T>,
): Promise<T> {
  for (const pauseMs of pausesMs) {
    const outcome = await work();
    if (!kinds.includes(outcome.kind) || bound.aborted) return outcome;
    const isOver = await delay(pauseMs, false, { signal: bound }).catch(() => true); // aborted: the last outcome is returned
    if (isOver) return outcome;
  }
  return work();
}
