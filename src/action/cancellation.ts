/** Turns the signals with which GitHub cancels a job into an abort signal. */
import { newAbort } from '../base/abort.ts';
import { Failure } from '../base/failure.ts';

export interface SignalSource {
  on(name: 'SIGINT' | 'SIGTERM', listener: () => void): unknown;
}

/**
 * Returns a signal that is aborted when GitHub cancels the job. GitHub sends SIGINT, then SIGTERM 7.5 s later, and kills the
 * process 2.5 s after SIGTERM. The first signal aborts the run; the second signal changes nothing.
 */
export function watchCancellation(source: SignalSource): AbortSignal {
  const controller = newAbort();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    source.on(name, () => controller.abort(new Failure(`cancelled (${name})`, { exitCode: 1 })));
  }
  return controller.signal;
}
