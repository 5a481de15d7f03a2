import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batchesOf, resolveRolloutOrder } from '../../../src/plan/rollout-order.ts';

const all = ['w1', 'w2', 'w3'];

describe('resolveRolloutOrder', () => {
  it.each([
    ['nothing written', undefined, all, all, 'default'],
    ['blank', ' , ', all, all, 'default'],
    ['a full list', 'w2, w1,w3', all, ['w2', 'w1', 'w3'], 'kv'],
    ['only some candidates', 'w3,w2,w1', ['w1', 'w2'], ['w2', 'w1'], 'kv'],
    ['some not mentioned', 'w3', all, ['w3', 'w1', 'w2'], 'kv'],
    ['a duplicate', 'w1,w1', all, all, 'default'],
    ['a stranger', 'w9,w1', all, all, 'default'],
  ])('%s', (_what, written, candidates, hosts, source) => {
    expect(resolveRolloutOrder(written, all, candidates)).toMatchObject({ hosts, source });
  });

  it('reports why a list was not used', () => {
    expect(resolveRolloutOrder('w1,w1', all, all).note).toContain('duplicate w1');
    expect(resolveRolloutOrder('w9', all, all).note).toContain('unknown allocation w9');
  });

  it('always orders exactly the candidates', () => {
    const hosts = fc.uniqueArray(fc.constantFrom('w1', 'w2', 'w3'));
    fc.assert(
      fc.property(fc.array(fc.constantFrom('w1', 'w2', 'w3', 'w9')), hosts, (written, candidates) => {
        const order = resolveRolloutOrder(written.join(','), all, candidates);
        expect([...order.hosts].sort()).toEqual([...candidates].sort());
      }),
    );
  });
});

describe('batchesOf', () => {
  it.each([
    [5, 0, [5]],
    [5, 2, [2, 2, 1]],
    [3, 10, [3]],
    [0, 1, []],
    [3, 1, [1, 1, 1]],
  ])('%i items by %i', (count, size, widths) => {
    const batches = batchesOf(
      Array.from({ length: count }, (_, at) => at),
      size,
    );
    expect(batches.map((batch) => batch.length)).toEqual(widths);
    expect(batches.flat()).toEqual(Array.from({ length: count }, (_, at) => at));
  });
});
