/** Finds the process that a library starts without giving access to it. */
import type { ChildProcess } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';

/** Node announces every process on this channel before it starts. */
const CHANNEL = 'child_process';

export interface ObservedChild {
  /** Kills the process now, or as soon as it starts. */
  end(): void;
}

/** `work` calls `startsNow` synchronously before the process starts, so the next process that Node announces is the right one. */
export type Work = (startsNow: () => void) => Promise<void>;

/** Calls `work` and watches the process that it starts. Processes that other code starts meanwhile are ignored. */
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

/** Kills the process and closes its streams: its children may hold the other ends, and this process would wait for them. */
function kill(child: ChildProcess): void {
  child.kill('SIGKILL');
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream?.destroy();
  child.unref();
}
