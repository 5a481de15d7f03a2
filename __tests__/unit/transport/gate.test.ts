import { describe, expect, it } from 'vitest';
import { Gate } from '../../../src/transport/ssh/gate.ts';
import { NEVER } from '../../support/farm-transport.ts';

/** Waits until all promises that are ready have settled. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Asks to enter `count` times. Returns a list to which the answers are added as they arrive. */
function enterAll(gate: Gate, count: number, signal = NEVER): (readonly [number, boolean])[] {
  const answers: (readonly [number, boolean])[] = [];
  for (let index = 0; index < count; index++) void gate.enter(signal).then((isIn) => answers.push([index, isIn]));
  return answers;
}

describe('Gate', () => {
  it('admits as many as its capacity, then one for each that leaves, in order', async () => {
    const gate = new Gate(2);
    const answers = enterAll(gate, 4);
    await settle();
    expect(answers).toEqual([
      [0, true],
      [1, true],
    ]);
    gate.leave();
    await settle();
    expect(answers.at(-1)).toEqual([2, true]);
    expect(gate.inside).toBe(2);
  });

  it('answers cancelled requests, and gives their places to the next', async () => {
    const gate = new Gate(1);
    const stop = new AbortController();
    await gate.enter(NEVER);
    const called = enterAll(gate, 2, stop.signal);
    const patient = enterAll(gate, 1);
    stop.abort();
    await settle();
    expect(called).toEqual([
      [0, false],
      [1, false],
    ]);
    gate.leave();
    await settle();
    expect(patient).toEqual([[0, true]]);
    expect(await gate.enter(stop.signal)).toBe(false);
    expect(gate.inside).toBe(1);
  });

  it('loses no place when a request is admitted and cancelled at the same moment', async () => {
    const gate = new Gate(1);
    const stop = new AbortController();
    await gate.enter(NEVER);
    const called = enterAll(gate, 1, stop.signal);
    stop.abort();
    gate.leave();
    await settle();
    if (called[0]?.[1]) gate.leave();
    expect(gate.inside).toBe(0);
  });

  it('can shrink, never below one, and open for all', async () => {
    const gate = new Gate(3);
    const answers = enterAll(gate, 3);
    gate.shrinkTo(0);
    const later = enterAll(gate, 2);
    gate.leave();
    gate.leave();
    await settle();
    expect([answers.length, later.length]).toEqual([3, 0]);
    gate.leave();
    await settle();
    expect(later).toEqual([[0, true]]);
    gate.open();
    await settle();
    expect(later).toHaveLength(2);
  });
});
