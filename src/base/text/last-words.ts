/** Runs functions when the process exits, even when it exits immediately, e.g. after a second Ctrl-C. */

/**
 * The functions to run at exit. The functions are synchronous, because nothing asynchronous runs after the `exit`
 * event.
 */
const pending = new Set<() => void>();

/** Runs `act` when the process exits. After the returned object is disposed, `act` is not run. `act` must not throw. */
export function atExit(act: () => void): Disposable {
  if (pending.size === 0) process.on('exit', runAll);
  pending.add(act);
  return {
    [Symbol.dispose]() {
      pending.delete(act);
      if (pending.size === 0) process.off('exit', runAll);
    },
  };
}

function runAll(): void {
  for (const act of pending) act();
}
