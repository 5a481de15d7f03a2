/** Limits how long a task may take. The limit is shorter when the run is cancelled. */
import { newAbort } from '../base/abort.ts';

export interface Patience {
  readonly signal: AbortSignal;
  readonly ms: number;
  /** Limit after `signal` aborts, before or during the work. */
  readonly cancelledMs: number;
}

/** Runs `work` with a signal that aborts at the limit. A cancelled run has less time than other runs. */
export async function withPatience<T>(
  { signal, ms, cancelledMs }: Patience,
  work: (bound: AbortSignal) => Promise<T>,
): Promise<T> {
  const end = newAbort();
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
