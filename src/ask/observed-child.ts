/** Finds the process that a library starts and does not show. */
import type { ChildProcess } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';

/** Node announces every process on this channel before it starts. */
const CHANNEL = 'child_process';

export interface ObservedChild {
  /** Kills the process now, or as soon as it starts. */
  end(): void;
}

/** `startsNow` is called right before the process starts, without a pause between: so the next one that Node announces is meant. */
export type Work = (startsNow: () => void) => Promise<void>;

/** Calls `work` and follows the process that it starts. Processes that other code starts meanwhile are ignored. */
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

/** Closes the streams, too: children of the process may hold the other ends, and this process would wait for them. */
function kill(child: ChildProcess): void {
  child.kill('SIGKILL');
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream?.destroy();
  child.unref();
}
