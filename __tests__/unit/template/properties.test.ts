/** Tests rules that hold for every template. The templates are generated. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderTemplateBytes } from '../../../src/template/evaluator.ts';
import { parseTemplate } from '../../../src/template/parse/parser.ts';
import { inputOf, render } from './render.ts';

const SPACES = fc.string({ unit: fc.constantFrom(' ', '\t', '\r', '\n'), maxLength: 6 });
const ANY_TEXT = fc.string({ unit: fc.oneof(fc.constantFrom('{', '}', '-', '\n', '\r\n', '"', '\\'), fc.string()) });
const PLAIN_TEXT = ANY_TEXT.filter((text) => !text.includes('{{') && !text.endsWith('{') && isWellFormed(text));

/** Returns true when the text contains no lone surrogate. A file cannot contain a lone surrogate either. */
const isWellFormed = (text: string): boolean => Buffer.from(text).toString() === text;

const trimEnd = (text: string): string => text.replace(/[ \t\r\n]+$/, '');
const trimStart = (text: string): string => text.replace(/^[ \t\r\n]+/, '');

describe('text', () => {
  it('without an opening delimiter renders to itself', () => {
    fc.assert(fc.property(PLAIN_TEXT, (text) => render(text) === text));
  });

  it('keeps its bytes, even if they are not valid UTF-8', () => {
    const bytes = fc.uint8Array({ maxLength: 64 }).filter((chunk) => !Buffer.from(chunk).includes('{{'));
    fc.assert(
      fc.property(bytes, (chunk) => {
        const rendered = renderTemplateBytes(parseTemplate('t', chunk), inputOf());
        expect([...rendered]).toEqual([...chunk]);
      }),
    );
  });

  it('is trimmed by markers exactly as JavaScript trims it', () => {
    fc.assert(
      fc.property(PLAIN_TEXT, SPACES, SPACES, PLAIN_TEXT, (left, before, after, right) => {
        const [start, end] = [left + before, after + right];
        expect(render(`${start}{{- 1 -}}${end}`)).toBe(`${trimEnd(start)}1${trimStart(end)}`);
        expect(render(`${start}{{- 1 }}${end}`)).toBe(`${trimEnd(start)}1${end}`);
        expect(render(`${start}{{ 1 -}}${end}`)).toBe(`${start}1${trimStart(end)}`);
        expect(render(`${start}{{- /* note */ -}}${end}`)).toBe(trimEnd(start) + trimStart(end));
      }),
    );
  });
});

describe('literals', () => {
  const STRINGS = fc.string({ unit: 'binary' }).filter((text) => isWellFormed(text));
  const INTEGERS = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });

  it('of strings are read back as the same string when %q printed them', () => {
    fc.assert(
      fc.property(STRINGS, (text) => {
        const input = inputOf({ ns: { text } });
        const literal = render('{{ printf "%q" (get "ns" "text") }}', input);
        const ascii = render('{{ printf "%+q" (get "ns" "text") }}', input);
        expect(ascii).toMatch(/^[ -~]*$/);
        expect(render(`{{ ${literal} }}`)).toBe(text);
        expect(render(`{{ ${ascii} }}`)).toBe(text);
      }),
    );
  });

  it('of raw strings keep their text, except carriage returns', () => {
    const raw = STRINGS.filter((text) => !text.includes('`'));
    fc.assert(fc.property(raw, (text) => render(`{{ \`${text}\` }}`) === text.replaceAll('\r', '')));
  });

  it('of integers are printed with the value that was read', () => {
    fc.assert(fc.property(INTEGERS, (integer) => render(`{{ ${integer} }}`) === integer.toString()));
    const sized = (flag: string) => (integer: bigint) => {
      const printed = render(`{{ printf "${flag}" ${integer} }}`);
      return render(`{{ ${printed} }}`) === integer.toString();
    };
    // Go reads a hexadecimal literal with a sign and an `e` in it as a float.
    const unsigned = INTEGERS.filter((integer) => integer >= 0n);
    fc.assert(fc.property(unsigned, sized('%#x')));
    fc.assert(fc.property(INTEGERS, sized('%O')));
    fc.assert(fc.property(INTEGERS, sized('%#b')));
  });

  it('of floats are read back as the same number from their shortest form', () => {
    // JavaScript writes -0 without its sign.
    const floats = fc.double({ noDefaultInfinity: true, noNaN: true }).filter((float) => !Object.is(float, -0));
    fc.assert(
      fc.property(floats, (float) => {
        const shortest = render(`{{ ${float.toExponential()} }}`);
        expect(Number(shortest)).toBe(float);
        const hex = render(`{{ printf "%x" ${float.toExponential()} }}`);
        expect(Number(render(`{{ ${hex} }}`))).toBe(float);
      }),
    );
  });

  it('of characters are code points', () => {
    const code = fc.integer({ min: 0, max: 0x10ffff }).filter((point) => point < 0xd800 || point > 0xdfff);
    fc.assert(
      fc.property(code, (point) => {
        const literal = render(`{{ printf "%q" ${point} }}`);
        expect(render(`{{ ${literal} }}`)).toBe(point.toString());
      }),
    );
  });
});

describe('integers', () => {
  const INT = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
  const wrap = (wide: bigint): string => BigInt.asIntN(64, wide).toString();

  it('wrap at 64 bits', () => {
    fc.assert(
      fc.property(INT, INT, (a, b) => {
        expect(render(`{{ add ${a} ${b} }} {{ sub ${a} ${b} }} {{ mul ${a} ${b} }}`)).toBe(
          `${wrap(a + b)} ${wrap(a - b)} ${wrap(a * b)}`,
        );
        if (b !== 0n) expect(render(`{{ div ${a} ${b} }}`)).toBe(wrap(a / b));
      }),
    );
  });

  it('compare by size', () => {
    fc.assert(
      fc.property(INT, INT, (a, b) => {
        expect(render(`{{ lt ${a} ${b} }} {{ eq ${a} ${b} }} {{ ge ${a} ${b} }} {{ eq ${a} ${a} }}`)).toBe(
          `${a < b} ${a === b} ${a >= b} true`,
        );
        expect(render(`{{ min ${a} ${b} }} {{ max ${a} ${b} }}`)).toBe(`${a < b ? a : b} ${a > b ? a : b}`);
      }),
    );
  });

  it('are read from text by int', () => {
    fc.assert(
      fc.property(INT, SPACES, (a, space) => render(`{{ int ${JSON.stringify(`${space}${a}${space}`)} }}`) === `${a}`),
    );
  });
});

describe('lists', () => {
  const PIECES = fc.array(
    fc.string().filter((text) => !text.includes(',') && isWellFormed(text)),
    { minLength: 1 },
  );

  it('split and join undo each other', () => {
    fc.assert(
      fc.property(PIECES, (pieces) => {
        const input = inputOf({ ns: { list: pieces.join(',') } });
        expect(render('{{ join (split (get "ns" "list") ",") "," }}', input)).toBe(pieces.join(','));
        expect(render('{{ len (split (get "ns" "list") ",") }}', input)).toBe(`${pieces.length}`);
      }),
    );
  });

  it('range goes over each element once, in order', () => {
    fc.assert(
      fc.property(PIECES, (pieces) => {
        const input = inputOf({ ns: { list: pieces.join(',') } });
        const source = '{{ range $i, $x := split (get "ns" "list") "," }}{{ if $i }},{{ end }}{{ $x }}{{ end }}';
        expect(render(source, input)).toBe(pieces.join(','));
      }),
    );
  });
});
