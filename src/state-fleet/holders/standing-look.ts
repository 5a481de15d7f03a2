/**
 * Runs the `look` script so that it takes the lock and keeps its channel until the lock is released. Releasing the lock
 * then needs no other command and no other channel.
 */
import { anySignal, newAbort, timeoutSignal } from '../../base/abort.ts';
import type { RemoteOutcome, Transport, WorkerAddress } from '../../transport/port.ts';
import { END_OF_ANSWER, RELEASE, RELEASED } from '../worker-script.ts';
import { MOST_ANSWER_CHARS } from './look-answer.ts';

export interface StandingLook {
  /**
   * Releases the lock. Returns false when the command had already ended or gave no result. The lock may then still
   * exist.
   */
  release(signal: AbortSignal): Promise<boolean>;
  /** Ends the command without releasing the lock, which then expires after its lifetime. */
  leave(): void;
}

export interface Looking {
  readonly transport: Transport;
  readonly worker: WorkerAddress;
  readonly script: string;
  readonly timeoutMs: number;
  /** Called with each line of the answer. */
  readonly onLine: (line: string) => void;
}

/** Runs the script. Returns the outcome of the command when the answer is incomplete. */
export async function lookAndStay(looking: Looking, signal: AbortSignal): Promise<StandingLook | RemoteOutcome> {
  const { transport, worker, script, timeoutMs, onLine } = looking;
  const word = promised<string>();
  const answer = promised<'answered'>();
  const calledOff = callOff(anySignal(signal, timeoutSignal(timeoutMs)));
  const ended = transport.exec(
    worker,
    {
      label: 'state',
      script,
      lastWord: word.promise,
      timeoutMs: Number.POSITIVE_INFINITY,
      mostLineChars: MOST_ANSWER_CHARS,
      onLine: (line, stream) => {
        if (stream !== 'stdout') return;
        onLine(line);
        if (line === END_OF_ANSWER) answer.resolve('answered');
      },
    },
    calledOff.signal,
  );
  const first = await Promise.race([answer.promise, ended]);
  calledOff.forget();
  if (first === 'answered') return standing(ended, word.resolve);
  const isCalledOff = first.kind === 'failed' && first.problem.kind === 'cancelled';
  return isCalledOff && !signal.aborted ? { kind: 'timed-out', stdout: '', stderr: '', durationMs: timeoutMs } : first;
}

function standing(ended: Promise<RemoteOutcome>, say: (word: string) => void): StandingLook {
  ended.catch(() => {}); // code that waits for `ended` gets the rejection
  return {
    leave: () => say(''),
    release: async (signal) => {
      say(RELEASE);
      const outcome = await Promise.race([ended, aborted(signal)]);
      if (outcome?.kind !== 'exited' || outcome.exitCode !== 0) return false;
      return [RELEASED, 'lost'].includes(outcome.stdout.trimEnd().split('\n').at(-1) ?? '');
    },
  };
}

/**
 * Returns a signal that follows `limits` until `forget` is called. After that, a worker that has answered is not
 * cancelled.
 */
function callOff(limits: AbortSignal): { readonly signal: AbortSignal; readonly forget: () => void } {
  const own = newAbort();
  const follow = () => own.abort(limits.reason);
  if (limits.aborted) follow();
  limits.addEventListener('abort', follow, { once: true });
  return { signal: own.signal, forget: () => limits.removeEventListener('abort', follow) };
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
}

function promised<T>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
