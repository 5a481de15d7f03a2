import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineSplitter } from '../../../src/base/text/lines.ts';

function split(chunks: readonly Uint8Array[]): string[] {
  const lines: string[] = [];
  const splitter = new LineSplitter((line) => lines.push(line));
  for (const chunk of chunks) splitter.push(chunk);
  splitter.end();
  return lines;
}

describe('LineSplitter', () => {
  it('passes on lines without their breaks, also a last line that has no break', () => {
    expect(split([Buffer.from('a\r\n\nb'), Buffer.from('c\nd')])).toEqual(['a', '', 'bc', 'd']);
    expect(split([Buffer.from('a\n')])).toEqual(['a']);
    expect(split([])).toEqual([]);
  });

  it('passes on the same lines wherever the chunks are cut, even inside a character', () => {
    const text = fc.array(fc.string({ unit: 'grapheme' }).map((line) => line.replace(/[\r\n]/g, '')));
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 7 }), (lines, size) => {
        const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
        const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
          bytes.subarray(index * size, (index + 1) * size),
        );
        expect(split(chunks)).toEqual(lines);
      }),
    );
  });

  it('replaces bytes that are not valid UTF-8', () => {
    expect(split([Buffer.from([0x61, 0xff, 0x62, 0x0a, 0xc3])])).toEqual(['a\uFFFDb', '\uFFFD']);
  });

  it('cuts an endless line and reports the size of the missing part, without keeping it in memory', () => {
    const chunk = Buffer.alloc(1024 * 1024, 'x');
    const lines = split([...Array.from({ length: 50 }, () => chunk), Buffer.from('\nnext\n')]);
    expect(lines).toHaveLength(2);
    expect(lines[0]).toHaveLength(16_384 + ' [… 52412416 more characters]'.length);
    expect(lines[0]?.endsWith('x [… 52412416 more characters]')).toBe(true);
    expect(lines[1]).toBe('next');
  });
});
