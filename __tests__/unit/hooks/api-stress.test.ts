import { expect, it } from 'vitest';
import { hammerApi } from '../../support/api-hammer.ts';

it('loses no update, answers nothing wrong and crowds no semaphore with 50 processes at once', async () => {
  const { outcome, rounds, wrong, saves } = await hammerApi({ processes: 50, limit: 4, unit: 'rounds' });
  expect(wrong).toEqual([]);
  expect([outcome, rounds]).toEqual(['succeeded', 200]);
  expect(saves).toBeLessThan(3 * rounds); // each round has three writes; writes that wait share a file
}, 120_000);
