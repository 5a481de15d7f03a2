/** Checks that a rendering of any size is complete, and that renderings do not share bytes. */
import { describe, expect, it } from 'vitest';
import { renderTemplate } from '../../../src/template/evaluator.ts';
import { LARGEST_TEXT_BYTES } from '../../../src/template/limits.ts';
import { parseTemplate } from '../../../src/template/parse/parser.ts';
import { Output } from '../../../src/template/run/output.ts';
import { DATA, inputOf, kvOf, render } from './render.ts';

const LINE = 'a line of some length: \u00fc\u00e9\u00ff, and some more of it until it is no short one any more\n';

describe('output', () => {
  it.each([1, 63, 64, 65, 70_000, 200_000])('of pieces of %i bytes is these pieces in order', (size) => {
    const output = new Output();
    const text = LINE.repeat(size / LINE.length + 1).slice(0, size);
    const source = Buffer.from(`<${text}>`, 'latin1');
    for (let piece = 0; piece < 3; piece++) {
      expect(output.write(text)).toBe(true);
      expect(output.copy(source, 1, size + 1)).toBe(true);
    }
    expect(output.finish().equals(Buffer.from(text.repeat(6), 'latin1'))).toBe(true);
  });

  it('holds 64 MiB and not one byte more', () => {
    const output = new Output();
    const half = 'x'.repeat(LARGEST_TEXT_BYTES / 2);
    expect([output.write(half), output.write(half), output.write('x')]).toEqual([true, true, false]);
    expect(output.finish()).toHaveLength(LARGEST_TEXT_BYTES);
  });

  it('is not changed by the next output', () => {
    const first = new Output();
    first.write('first');
    const written = first.finish();
    const second = new Output();
    second.write('SECOND');
    expect([written.toString(), second.finish().toString()]).toEqual(['first', 'SECOND']);
  });

  it('is not shared with a rendering that starts before it is finished', () => {
    const kv = { ...kvOf({}), get: () => ({ kind: 'found', value: render('inner {{ .Job }}') }) as const };
    const outer = parseTemplate('t', 'before, {{ get "ns" "key" }}, after');
    expect(renderTemplate(outer, { data: DATA, kv })).toBe('before, inner api, after');
  });

  it('is complete again after a rendering that failed', () => {
    expect(() => render('some text {{ .Nope }}')).toThrow('Nope');
    expect(render('text', inputOf())).toBe('text');
  });
});
