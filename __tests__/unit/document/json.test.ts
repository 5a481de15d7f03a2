import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dataOf, placeOf } from '../../../src/document/document.ts';
import { Findings } from '../../../src/document/findings.ts';
import { parseJson } from '../../../src/document/json.ts';
import { Source } from '../../../src/document/source.ts';

function read(text: string) {
  const findings = new Findings('ErrInvalidManifest');
  const document = parseJson(new Source('f.json', text), 'invalid f', findings);
  const found = findings.diagnostics.map(({ severity, message, place }) => {
    return `${severity} ${place?.line}:${place?.column} ${message}`;
  });
  return { document, data: document && dataOf(document.root), found };
}

describe('parseJson', () => {
  it.each([
    ['{"a":1,}', '1:8', 'a property name in double quotes is expected'],
    ['{\n  "a": [1,\n', '2:11', 'a value is expected'],
    ['[1 2]', '1:4', 'a comma is expected'],
    ['// x\n{}', '1:1', 'comments are not allowed in JSON'],
    ['{} /* x */', '1:4', 'comments are not allowed in JSON'],
    ['{} x', '1:4', 'there is a word that is not JSON'],
    ['{}{}', '1:3', 'the document ends here, but there is more text'],
    ["{'a':1}", '1:2', 'there is a word that is not JSON'],
    ['{"a":"x\ny"}', '1:6', 'a string is not closed'],
    ['{"a":"\u0001"}', '1:6', 'a string holds a control character, which must be escaped'],
    ['{"a":"\\x"}', '1:6', 'a string holds an unknown escape'],
    ['{"a" 1}', '1:6', 'a colon is expected'],
    ['{"a":1.}', '1:6', 'a number is not complete'],
    ['', '1:1', 'a value is expected'],
    ['\n\n', '1:1', 'a value is expected'],
    ['{"a":1}\0', '1:8', 'there is a word that is not JSON'],
  ])('%j is refused at %s', (text, place, detail) => {
    expect(read(text)).toMatchObject({ document: undefined, found: [`error ${place} invalid f: ${detail}`] });
  });

  it('keeps the last of duplicate keys and warns at it', () => {
    expect(read('{"a":1,\n "b":2, "a":3}')).toMatchObject({
      data: { b: 2, a: 3 },
      found: ['warning 2:9 invalid f: "a" appears twice, the last one is used'],
    });
  });

  it('treats __proto__ as an ordinary key', () => {
    const { data } = read('{"__proto__":{"polluted":true},"constructor":1}');
    expect(Object.keys(data as object)).toEqual(['__proto__', 'constructor']);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it('refuses numbers that JavaScript cannot hold', () => {
    expect(read('{"a":1e999}').found).toEqual(['error 1:6 invalid f: a number is too large']);
  });

  it.each(['[', '{"a":', '[{"a":'])(
    'refuses %j repeated a hundred thousand times without a stack overflow',
    (opening) => {
      expect(read(opening.repeat(100_000)).found).toEqual([
        expect.stringContaining('values are nested more than 100 levels deep'),
      ]);
    },
  );

  it('treats brackets inside strings as text', () => {
    expect(read(JSON.stringify({ a: '['.repeat(500), 'b\\"': '{'.repeat(500) })).found).toEqual([]);
  });

  it('counts columns as editors do and lines by their feeds', () => {
    const { document } = read('{\r\n\t"ä😀": "x", "b": 2 }');
    expect(document && placeOf(document, ['b'])).toEqual({ file: 'f.json', line: 2, column: 19 });
  });

  it('accepts the same texts as JSON.parse, with the same values', () => {
    const mutated = fc
      .tuple(
        fc.json(),
        fc.nat(),
        fc.constantFrom('', ',', '"', '{', '}', '[', ']', ':', '\\', '0', '-', '.', 'e', '\n'),
      )
      .map(([text, at, inserted]) => {
        const position = at % (text.length + 1);
        return text.slice(0, position) + inserted + text.slice(position + (at % 2));
      });
    fc.assert(
      fc.property(fc.oneof(fc.json(), mutated), (text) => {
        let expected: unknown;
        let isJson = true;
        try {
          expected = JSON.parse(text);
        } catch {
          isJson = false;
        }
        const { document, data } = read(text);
        expect(document !== undefined).toBe(isJson);
        if (isJson) expect(data).toEqual(expected);
      }),
      { numRuns: 2000 },
    );
  });
});
