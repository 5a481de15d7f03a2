import { describe, expect, it } from 'vitest';
import { dataOf, placeOf } from '../../../src/document/document.ts';
import { Findings } from '../../../src/document/findings.ts';
import { Source } from '../../../src/document/source.ts';
import { parseToml } from '../../../src/document/toml.ts';

function read(text: string) {
  const findings = new Findings('ErrInvalidBucketConf');
  const document = parseToml(new Source('f.conf', text), 'invalid f', findings);
  const found = findings.diagnostics.map(({ message, place }) => `${place?.line}:${place?.column} ${message}`);
  return { document, data: document && dataOf(document.root), found };
}

describe('parseToml', () => {
  it('reads tables, lists of tables, dotted keys and inline tables', () => {
    const text = [
      'x = 1',
      '[a.b]',
      'c = "d"',
      '[[l]]',
      'd = 1',
      '[[l]]',
      '[l.sub]',
      'e = true',
      '[a]',
      'z = { q.w = 1.5, v = [1, "2"] }',
    ].join('\n');
    expect(read(text).data).toEqual({
      x: 1,
      a: { b: { c: 'd' }, z: { q: { w: 1.5 }, v: [1, '2'] } },
      l: [{ d: 1 }, { sub: { e: true } }],
    });
  });

  it('returns the positions of values', () => {
    const { document } = read('a = "x"\n\n[t]\nb.c = [1,\n  2]\n');
    const place = (path: (string | number)[]) => document && placeOf(document, path);
    expect(place(['a'])).toEqual({ file: 'f.conf', line: 1, column: 5 });
    expect(place(['t', 'b', 'c', 1])).toEqual({ file: 'f.conf', line: 5, column: 3 });
    expect(place(['t', 'nowhere'])).toEqual({ file: 'f.conf', line: 3, column: 2 });
  });

  it.each([
    ['a = 1\na = 2', '2:1 invalid f: defining a key multiple times is invalid'],
    ['[t]\na = 1\n[t]\n', '3:2 invalid f: defining a key multiple times is invalid'],
    ['a = ', '1:4 invalid f: unspecified values are invalid'],
    ['ok = "1"\na = "x', '2:7 invalid f: unterminated string constant'],
    ['a = "1" b = "2"', '1:9 invalid f: must be a newline'],
    ['é = "1"', '1:1 invalid f: unexpected character'],
  ])('%j is refused', (text, found) => {
    expect(read(text)).toEqual({ document: undefined, data: undefined, found: [found] });
  });

  it('never follows a key into a prototype', () => {
    const { data } = read('__proto__.polluted = "a"\n[x.__proto__]\npolluted = "b"\n[constructor]\nname = "c"\n');
    expect(data).toEqual(
      JSON.parse('{"__proto__":{"polluted":"a"},"x":{"__proto__":{"polluted":"b"}},"constructor":{"name":"c"}}'),
    );
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it.each([
    `a = ${'['.repeat(300)}${']'.repeat(300)}`,
    `a = ${'['.repeat(50_000)}${']'.repeat(50_000)}`,
    `a = ${'{a='.repeat(300)}1${'}'.repeat(300)}`,
    `${'a.'.repeat(200)}b = 1`,
    `${'a.'.repeat(50_000)}b = 1`,
    `[${'a.'.repeat(50_000)}b]`,
  ])('refuses what is nested too deeply', (text) => {
    expect(read(text).found).toEqual(['1:1 invalid f: values are nested too deeply or too long']);
  });

  it('refuses more than a megabyte', () => {
    expect(read(`# ${'x'.repeat(1024 * 1024)}`).found).toEqual(['1:1 invalid f: it is larger than 1 MiB']);
  });

  it('never repeats a control character, which the parser quotes in its message', () => {
    expect(read('# \u007f').found).toEqual(['1:3 invalid f: invalid code point \\u007f within comments']);
  });
});
