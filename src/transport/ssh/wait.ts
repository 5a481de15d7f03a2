/** Waits until an operation ends, a time limit passes or a signal aborts, whichever comes first. */

/** What happened first. `ended` takes precedence when several events happen at the same time. */
export type First<T> =
  | { readonly kind: 'ended'; readonly value: T }
  | { readonly kind: 'timed-out' }
  | { readonly kind: 'cancelled' };

/** Waits for `ended`, for at most `timeoutMs` milliseconds and only until `signal` aborts. */
export async function firstOf<T>(
  ended: Promise<T>,
  limits: { readonly timeoutMs: number; readonly signal?: AbortSignal },
): Promise<First<T>> {
  const { timeoutMs, signal } = limits;
  const { promise: limit, stop } = startLimits(timeoutMs, signal);
  try {
    return await Promise.race([
      ended.then((value) => ({ kind: 'ended', value }) as const),
      limit.then((first) => first),
    ]);
  } finally {
    stop();
  }
}

function startLimits(
  timeoutMs: number,
  signal: AbortSignal | undefined,
): { promise: Promise<{ kind: 'timed-out' | 'cancelled' }>; stop: () => void } {
  let stop = (): void => {};
  const promise = new Promise<{ kind: 'timed-out' | 'cancelled' }>((resolve) => {
    // Timers in Node have 31 bits, so a longer limit is reduced to 24 days.
    const timer = setTimeout(() => resolve({ kind: 'timed-out' }), Math.min(timeoutMs, 2 ** 31 - 1));
    const onAbort = (): void => resolve({ kind: 'cancelled' });
    if (signal?.aborted) onAbort();
    signal?.addEventListener('abort', onAbort, { once: true });
    stop = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    };
  });
  return { promise, stop };
}
