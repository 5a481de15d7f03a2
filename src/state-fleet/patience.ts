/** Limits how long a task may take, and shortens the limit when the run is cancelled. */

export interface Patience {
  readonly signal: AbortSignal;
  readonly ms: number;
  /** From the moment on that `signal` is aborted, be it before or meanwhile. */
  readonly cancelledMs: number;
}

/** Hands work a signal that ends it in time; a run that is cancelled half-way has less time than one that is not. */
export async function withPatience<T>(
  { signal, ms, cancelledMs }: Patience,
  work: (bound: AbortSignal) => Promise<T>,
): Promise<T> {
  const end = new AbortController();
  const giveUp = () => end.abort(new DOMException('it took too long', 'TimeoutError'));
  const timers = [setTimeout(giveUp, ms)];
  const hurry = () => timers.push(setTimeout(giveUp, cancelledMs));
  if (signal.aborted) hurry();
  else signal.addEventListener('abort', hurry, { once: true });
  try {
    return await work(end.signal);
  } finally {
    timers.forEach(clearTimeout);
    signal.removeEventListener('abort', hurry);
  }
}
