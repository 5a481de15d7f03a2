import { describe, expect, it } from 'vitest';
import { mapLimit } from '../../../src/base/concurrency.ts';

describe('mapLimit', () => {
  it('keeps the order and never runs more than the limit', async () => {
    let running = 0;
    let most = 0;
    const results = await mapLimit([1, 2, 3, 4, 5, 6, 7], 3, async (item) => {
      most = Math.max(most, ++running);
      await new Promise((later) => setImmediate(later));
      running--;
      return item * 2;
    });
    expect([results, most]).toEqual([[2, 4, 6, 8, 10, 12, 14], 3]);
  });

  it('throws the first error after the work under way has ended', async () => {
    const ended: number[] = [];
    const work = mapLimit([1, 2, 3, 4], 2, async (item) => {
      await new Promise((later) => setImmediate(later));
      ended.push(item);
      if (item === 1) throw new Error('one');
    });
    await expect(work).rejects.toThrow('one');
    expect(ended).toEqual([1, 2]);
  });

  it('does nothing for an empty list', async () => {
    expect(await mapLimit([], 4, () => Promise.reject(new Error('never')))).toEqual([]);
  });
});
