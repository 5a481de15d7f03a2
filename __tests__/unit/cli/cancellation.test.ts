import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { Cancellation } from '../../../src/cli/cancellation.ts';

/** Sends signals at the given times. Returns `first` for each cancellation, and the exit code for each exit. */
function heard(signals: readonly (readonly [atMs: number, name: 'SIGINT' | 'SIGTERM' | 'SIGHUP'])[]): unknown[] {
  const source = new EventEmitter();
  const did: unknown[] = [];
  let now = 0;
  using cancellation = new Cancellation({
    source,
    onFirst: (name) => did.push(name),
    onSecond: (exitCode) => did.push(exitCode),
    nowMs: () => now,
  });
  for (const [atMs, name] of signals) {
    now = atMs;
    source.emit(name, name);
  }
  return [...did, cancellation.signal.aborted];
}

describe('a signal to the program', () => {
  it.each([
    ['one cancels', [[1000, 'SIGINT']], ['SIGINT', true]],
    [
      'a second one 20 ms later is the same interruption',
      [
        [1000, 'SIGINT'],
        [1020, 'SIGINT'],
      ],
      ['SIGINT', true],
    ],
    [
      'another one of the same moment neither',
      [
        [1000, 'SIGINT'],
        [1020, 'SIGTERM'],
        [1499, 'SIGHUP'],
      ],
      ['SIGINT', true],
    ],
    [
      'from half a second on a second one leaves at once',
      [
        [1000, 'SIGINT'],
        [1500, 'SIGINT'],
      ],
      ['SIGINT', 130, true],
    ],
    [
      'half a second counts from the first, not from the last',
      [
        [1000, 'SIGINT'],
        [1400, 'SIGINT'],
        [1600, 'SIGTERM'],
      ],
      ['SIGINT', 143, true],
    ],
  ] as const)('%s', (_what, signals, did) => {
    expect(heard(signals)).toEqual(did);
  });
});
