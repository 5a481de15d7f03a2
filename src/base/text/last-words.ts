/** Runs what must be done even when the process leaves at once. */

/** Things to be done even when the process leaves at once, e.g. at a second Ctrl-C. Synchronous by nature. */
const pending = new Set<() => void>();

/** Runs `act` when the process exits, unless it was disposed of before. It must not throw. */
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
