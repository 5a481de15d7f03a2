/** Limits how long a task may take, and shortens the limit when the run is cancelled. */

export interface Patience {
  readonly signal: AbortSignal;
  readonly ms: number;
  /** Limit from the moment when `signal` is aborted, whether before or during the work. */
  readonly cancelledMs: number;
}

/** Runs the work with a signal that ends it in time; a cancelled run has less time than others. */
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
