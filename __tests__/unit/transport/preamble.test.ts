import { describe, expect, it } from 'vitest';
import { newToken, Preamble } from '../../../src/transport/ssh/exec/preamble.ts';

function feed(preamble: Preamble, text: string, size: number): string {
  const bytes = Buffer.from(text);
  let rest = '';
  for (let at = 0; at < bytes.length; at += size) rest += preamble.take(bytes.subarray(at, at + size)) ?? '';
  return rest;
}

describe('Preamble', () => {
  it.each([1, 2, 7, 1000])('drops what precedes the marker, in chunks of %i bytes', (size) => {
    const token = newToken();
    const preamble = new Preamble(token);
    const before = `welcome!\n${token} ready 5\nnot at its place: ${token} ready 6\n`;
    const marked = `\n${token} pid 41\nsudo: a warning\n\n${token} ready 42\n`;
    expect(feed(preamble, `${before.replace(`\n${token} ready 5\n`, '\n')}${marked}out\n\0more`, size)).toBe(
      'out\n\0more',
    );
    expect(preamble.isReady).toBe(true);
    expect(preamble.groupIds).toEqual([41, 42]);
  });

  it('shows the received text when the marker never arrives', () => {
    const token = newToken();
    const preamble = new Preamble(token);
    expect(feed(preamble, `\n${token} pid 7\nsudo: a password is required\n`, 3)).toBe('');
    expect(preamble.isReady).toBe(false);
    expect(preamble.noise()).toBe('sudo: a password is required');
    expect(preamble.groupIds).toEqual([7]);
  });

  it('holds no flood that comes before the marker', () => {
    const token = newToken();
    const preamble = new Preamble(token);
    const flood = Buffer.alloc(1024 * 1024, 'noise\n');
    for (let index = 0; index < 64; index++) expect(preamble.take(flood)).toBeUndefined();
    expect(preamble.take(Buffer.from(`\n${token} ready 9\nx`))?.toString()).toBe('x');
    expect(preamble.noise().length).toBeLessThanOrEqual(64 * 1024);
  });
});
