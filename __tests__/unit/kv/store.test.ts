import { describe, expect, it } from 'vitest';
import { KvStore } from '../../../src/kv/store.ts';

const DAY = 86_400;

function open(history = {}) {
  const clock = { now: 1000 };
  return { store: new KvStore(history, () => clock.now), clock };
}

describe('KvStore', () => {
  it('adds no version for an equal value, trims values, and revives a deleted key', () => {
    const { store } = open();
    expect([store.put('n', 'k', ' v '), store.put('n', 'k', 'v\n')]).toEqual([true, false]);
    expect(store.latest('n', 'k')).toEqual({ value: 'v', version: 1, at: 1000 });
    expect([store.delete('n', 'k'), store.delete('n', 'k'), store.delete('n', 'never')]).toEqual([true, false, false]);
    expect(store.get('n', 'k')).toBeUndefined();
    store.put('n', 'k', 'v');
    expect(store.latest('n', 'k')?.version).toBe(3);
  });

  it('keeps exact values when asked, even empty ones', () => {
    const { store } = open();
    store.putExact('n', 'k', ' x ');
    store.put('n', 'empty', '');
    expect([store.get('n', 'k'), store.get('n', 'empty')]).toEqual([' x ', '']);
  });

  it('lists live keys in byte order', () => {
    const { store } = open();
    for (const key of ['b', 'a', 'Z', 'ä', '😀', '\uffff']) store.put('n', key, '1');
    store.delete('n', 'a');
    expect(store.keys('n')).toEqual(['Z', 'b', 'ä', '\uffff', '😀']);
  });

  it('syncs a namespace: writes the given keys and deletes the others, except those that it must keep', () => {
    const { store } = open();
    store.sync('n', { a: '1', b: '2', 'certs/x': '3' });
    const revision = store.revision;
    store.sync('n', { a: '1', b: '2', 'certs/x': '3' });
    expect(store.revision).toBe(revision);
    store.sync('n', { a: '9' }, (key) => key.startsWith('certs/'));
    expect(store.keys('n').map((key) => [key, store.get('n', key)])).toEqual([
      ['a', '9'],
      ['certs/x', '3'],
    ]);
  });

  it('purges old history: keeps eight rows, drops deleted keys, and leaves recent keys alone', () => {
    const { store, clock } = open();
    for (let at = 0; at < 12; at++) store.put('n', 'many', String(at));
    store.put('n', 'dead', '1');
    store.delete('n', 'dead');
    expect(store.purge(7)).toBe(0);
    expect(store.latest('n', 'dead')).toBeDefined();
    clock.now += 8 * DAY;
    store.put('n', 'fresh', '1');
    expect(store.purge(7)).toBe(4 + 2); // rows
    const history = store.toHistory();
    expect(history.n?.many?.map(({ version }) => version)).toEqual([5, 6, 7, 8, 9, 10, 11, 12]);
    expect(Object.keys(history.n ?? {})).toEqual(['fresh', 'many']);
  });

  it('is restored from its history unchanged, including hostile names', () => {
    const { store } = open();
    store.put('__proto__', 'constructor', '1');
    store.put('n', '__proto__', '2');
    const again = open(JSON.parse(JSON.stringify(store.toHistory()))).store;
    expect([again.get('__proto__', 'constructor'), again.get('n', '__proto__'), again.keys('n')]).toEqual([
      '1',
      '2',
      ['__proto__'],
    ]);
  });
});
