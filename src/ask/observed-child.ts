/** Finds the process that a library starts when the library does not give access to it. */
import type { ChildProcess } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';

/** Node announces every new process on this channel before the process starts. */
const CHANNEL = 'child_process';

export interface ObservedChild {
  /** Kills the process now, or as soon as it starts. */
  end(): void;
}

/**
 * Must call `startsNow` synchronously before the process starts. The next process that Node announces is then the
 * process of this work.
 */
export type Work = (startsNow: () => void) => Promise<void>;

/**
 * Calls `work` and watches the process that it starts. Processes that other code starts at the same time are ignored.
 */
export function observeChild(work: Work): ObservedChild {
  let isNext = false;
  let child: ChildProcess | undefined;
  let ended = false;
  const forget = (): void => void unsubscribe(CHANNEL, onProcess);
  const onProcess = (message: unknown): void => {
    if (!isNext) return;
    const started = (message as { readonly process: ChildProcess }).process;
    child = started;
    forget();
    if (ended) started.once('spawn', () => kill(started));
  };
  subscribe(CHANNEL, onProcess);
  const startsNow = (): void => {
    isNext = true;
  };
  void work(startsNow).finally(forget);
  return {
    end: () => {
      ended = true;
      if (child) kill(child);
    },
  };
}

/**
 * Kills the process and closes its streams. Its children may keep the other ends open, and this process would wait for
 * them.
 */
function kill(child: ChildProcess): void {
  child.kill('SIGKILL');
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream?.destroy();
  child.unref();
}
