import { describe, expect, it } from 'vitest';
import { OutputTail } from '../../../src/transport/ssh/exec/output-tail.ts';

const LIMIT = 64 * 1024;

describe('OutputTail', () => {
  it('keeps short output whole, whatever its chunks', () => {
    const tail = new OutputTail();
    for (const byte of Buffer.from('grün ✓')) tail.push(Uint8Array.of(byte));
    expect(tail.text()).toBe('grün ✓');
  });

  it('keeps the last 64 KiB of a flood and reports the size of the dropped part', () => {
    const tail = new OutputTail();
    for (let index = 0; index < 1000; index++) tail.push(Buffer.alloc(100_000, index === 999 ? 'z' : 'a'));
    const text = tail.text();
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(LIMIT);
    expect(Buffer.byteLength(text)).toBeGreaterThan(LIMIT - 200);
    const [, cut, kept] = /^\[… (\d+) bytes cut\]\n(z+)$/.exec(text) ?? [];
    expect(Number(cut) + (kept?.length ?? 0)).toBe(100_000_000);
  });

  it('does not begin in the middle of a character', () => {
    const tail = new OutputTail();
    tail.push(Buffer.from('€'.repeat(40_000)));
    expect(tail.text()).toMatch(/^\[… \d+ bytes cut\]\n€+$/);
  });
});
