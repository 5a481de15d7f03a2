import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromBytes, toBytes } from '../../../src/template/go-text/bytes.ts';
import { sprint, sprintf, sprintln } from '../../../src/template/go-text/printf.ts';
import { byteOf, type Complex, floatOf, listOf, structOf, type Value } from '../../../src/template/go-text/value.ts';

const complex = (real: number, imaginary: number): Complex => ({ kind: 'complex', real, imaginary });
const format = (directives: string, ...operands: readonly Value[]): string =>
  fromBytes(
    sprintf(
      toBytes(directives),
      operands.map((operand) => (typeof operand === 'string' ? toBytes(operand) : operand)),
    ),
  );

type Case = readonly [directive: string, operand: Value, expected: string];

describe('printf of texts', () => {
  const cases: readonly Case[] = [
    ['%s|', 'a b', 'a b|'],
    ['%7s|', '☃é', '     ☃é|'],
    ['%-7s|', '☃é', '☃é     |'],
    ['%07s|', 'ab', '00000ab|'],
    ['%-07s|', 'ab', 'ab     |'],
    ['%.2s', '☃éx', '☃é'],
    ['%6.1s|', '☃éx', '     ☃|'],
    ['%q', 'tab\t"quoted" \\ é ☃\u0001\u007f\u00a0', '"tab\\t\\"quoted\\" \\\\ é ☃\\x01\\x7f\\u00a0"'],
    ['%+q', 'é😀', '"\\u00e9\\U0001f600"'],
    ['%#q', 'C:\\dir "x"', '`C:\\dir "x"`'],
    ['%#q', 'back`quote', '"back`quote"'],
    ['%#q', 'two\nlines', '"two\\nlines"'],
    ['%.1q', '☃é', '"☃"'],
    ['%x', 'hé', '68c3a9'],
    ['% X', 'hé', '68 C3 A9'],
    ['%#x', 'hé', '0x68c3a9'],
    ['%# X|', 'hé', '0X68 0XC3 0XA9|'],
    ['%.1x', 'hé', '68'],
    ['%#8x|', '', '        |'],
    ['%v %[1]T', 'x', 'x string'],
    ['%#v', 'x"y', '"x\\"y"'],
  ];
  it('prints as Go does', () => {
    for (const [directive, operand, expected] of cases) expect(format(directive, operand), directive).toBe(expected);
  });
});

describe('printf of integers', () => {
  const cases: readonly Case[] = [
    ['%6d|%[1]*[1]d', 3, '     3|  3'],
    ['%+d', 0, '+0'],
    ['%06d', -42, '-00042'],
    ['%+06d', 42, '+00042'],
    ['%-06d|', 42, '42    |'],
    ['%08.3d|', 7, '     007|'],
    ['%.0d|', 0, '|'],
    ['%4.0d|', 0, '    |'],
    ['%x %[1]X %[1]o %[1]b', 250, 'fa FA 372 11111010'],
    ['%#x %#[1]X %#[1]o %#[1]b %[1]O', 250, '0xfa 0XFA 0372 0b11111010 0o372'],
    ['%x', -255, '-ff'],
    ['%#010x', 255, '0x00000000ff'],
    ['%d', -(2n ** 63n), '-9223372036854775808'],
    ['%x', 2n ** 63n - 1n, '7fffffffffffffff'],
    ['%c%[2]c', 0x2603, '☃%!c(BADINDEX)'],
    ['%c', -1, '\ufffd'],
    ['%q', 0x27, "'\\''"],
    ['%+q', 0xe9, "'\\u00e9'"],
    ['%U', 0x2603, 'U+2603'],
    ['%#U', 0x2603, "U+2603 '☃'"],
    ['%U', -1, 'U+FFFFFFFFFFFFFFFF'],
    ['%d %[1]c %#[1]v %[1]T', byteOf(98), '98 b 0x62 uint8'],
  ];
  it('prints as Go does', () => {
    for (const [directive, operand, expected] of cases) expect(format(directive, operand), directive).toBe(expected);
  });
});

describe('printf of floats', () => {
  const cases: readonly (readonly [directive: string, operand: number, expected: string])[] = [
    ['%v', 1e20, '1e+20'],
    ['%v', 123456789, '1.23456789e+08'],
    ['%v', 100000, '100000'],
    ['%v', 0.0001, '0.0001'],
    ['%v', 0.00001, '1e-05'],
    ['%v', -0, '-0'],
    ['%f', 2.5, '2.500000'],
    ['%.0f', 2.5, '2'],
    ['%.0f', 3.5, '4'],
    ['%.1f', 0.25, '0.2'],
    ['%.25f', 0.1, '0.1000000000000000055511151'],
    ['%.3f', 1e21, '1000000000000000000000.000'],
    ['%09.2f', -2.34567, '-00002.35'],
    ['%+.2F', 2.34567, '+2.35'],
    ['% .2f', 2.34567, ' 2.35'],
    ['%-9.2f|', 2.34567, '2.35     |'],
    ['%e', 314.159, '3.141590e+02'],
    ['%.0E', 25, '2E+01'],
    ['%.3g', 99.96, '100'],
    ['%.2g', 99.9, '1e+02'],
    ['%.10g', 1234.5, '1234.5'],
    ['%G', 1e-9, '1E-09'],
    ['%#g', 5, '5.00000'],
    ['%#.3x', 1, '0x1.000p+00'],
    ['%x', 0.15625, '0x1.4p-03'],
    ['%.1x', 1.96875, '0x1.0p+01'],
    ['%b', 1, '4503599627370496p-52'],
    ['%g', 5e-324, '5e-324'],
    ['%g', Number.MAX_VALUE, '1.7976931348623157e+308'],
  ];
  it('prints as Go does', () => {
    for (const [directive, operand, expected] of cases)
      expect(format(directive, floatOf(operand)), directive).toBe(expected);
  });

  it('treats complex numbers as two floats', () => {
    expect(format('%v', complex(1, -2.5))).toBe('(1-2.5i)');
    expect(format('%8.2f|', complex(1, 2))).toBe('(    1.00   +2.00i)|');
  });
});

describe('printf of other values', () => {
  const cases: readonly Case[] = [
    ['%v %[1]t', true, 'true true'],
    ['%7t|', false, '  false|'],
    ['%v %q', listOf(['a', 'b c']), '[a b c] %!q(MISSING)'],
    ['%q', listOf(['a', 'b c']), '["a" "b c"]'],
    ['%#v', listOf(['a']), '[]string{"a"}'],
    ['%3s|', listOf(['a', 'b']), '[  a   b]|'],
    ['%d', listOf(['a']), '[%!d(string=a)]'],
    ['%v', null, '<nil>'],
    ['%d', null, '%!d(<nil>)'],
    ['%T', null, '<nil>'],
    ['%v', structOf({ Job: 'api', UpdateSeq: 3 }), '{api 3}'],
    ['%+v', structOf({ Job: 'api', UpdateSeq: 3 }), '{Job:api UpdateSeq:3}'],
    ['%#v', structOf({ Job: 'api', UpdateSeq: 3 }), 'deploy.AllocationData{Job:"api", UpdateSeq:3}'],
  ];
  it('prints as Go does', () => {
    for (const [directive, operand, expected] of cases) expect(format(directive, operand), directive).toBe(expected);
  });
});

describe('printf of a format that does not fit', () => {
  const cases: readonly (readonly [directive: string, operands: readonly Value[], expected: string])[] = [
    ['%d', ['x'], '%!d(string=x)'],
    ['%5d|', ['x'], '%!d(string=    x)|'],
    ['%s', [5], '%!s(int=5)'],
    ['%z %☃', [1, 'x'], '%!z(int=1) %!☃(string=x)'],
    ['%d %d', [1], '1 %!d(MISSING)'],
    ['%d', [1, 'x', null], '1%!(EXTRA string=x, <nil>)'],
    ['100%', [], '100%!(NOVERB)'],
    ['%-', [1], '%!(NOVERB)%!(EXTRA int=1)'],
    ['%%%d%%', [1], '%1%'],
    ['%[2]s %[1]s', ['a', 'b'], 'b a'],
    ['%[3]s', ['a', 'b'], '%!s(BADINDEX)'],
    ['%[x]s', ['a'], '%!s(BADINDEX)'],
    ['%[1]5d', [1], '%!d(BADINDEX)'],
    ['%[2]*[1]d|', [7, 4], '   7|'],
    ['%*d|', [-4, 7], '7   |'],
    ['%*d', ['wide', 7], '%!(BADWIDTH)7'],
    ['%.*f', [1, floatOf(2.25)], '2.2'],
    ['%.*d', [-1, 7], '%!(BADPREC)7'],
    ['%99999999d', [7], '%!(NOVERB)%!(EXTRA int=7)'],
    ['%w', ['x'], '%!w(string=x)'],
  ];
  it('reports the mistake in the text', () => {
    for (const [directive, operands, expected] of cases)
      expect(format(directive, ...operands), directive).toBe(expected);
  });
});

describe('print and println', () => {
  it('put a space between two operands that are not strings (print), or between all (println)', () => {
    const operands: readonly Value[] = [1, null, 2, 'a', 'b', 3, true];
    expect(sprint(operands)).toBe('1 <nil> 2ab3 true');
    expect(sprintln(operands)).toBe('1 <nil> 2 a b 3 true\n');
    expect(sprint([])).toBe('');
    expect(sprintln([])).toBe('\n');
  });
});

describe('a common directive', () => {
  const NUMBER = fc.option(fc.integer({ min: 0, max: 12 }), { nil: '' });
  const FLAGS = fc.string({ unit: fc.constantFrom('-', '+', '#', ' ', '0'), maxLength: 3 });
  const VERB = fc.constantFrom(...Array.from('vwTtdboOxXcqUeEfFgGsp'));
  const OPERAND: fc.Arbitrary<Value> = fc.oneof(
    fc.string(),
    fc.integer(),
    fc.boolean(),
    fc.double().map(floatOf),
    fc.array(fc.string(), { maxLength: 3 }).map((items) => listOf(items.map(toBytes))),
    fc.constant(null),
  );

  it('prints the same with a number before its verb, which is parsed by other code', () => {
    fc.assert(
      fc.property(
        FLAGS,
        NUMBER,
        fc.option(NUMBER, { nil: undefined }),
        VERB,
        OPERAND,
        (flags, width, after, verb, operand) => {
          const front = `%${flags}${width}${after === undefined ? '' : `.${after}`}`;
          expect(format(`a${front}${verb}%%z`, operand)).toBe(format(`a${front}[1]${verb}%%z`, operand));
        },
      ),
    );
  });

  it('can be used many times with other operands', () => {
    for (const count of [0, 1, 2, 3]) {
      const operands = ['x', 'y', 'z'].slice(0, count);
      expect(format('%s-%3s', ...operands)).toBe(
        ['%!s(MISSING)-%!s(MISSING)', 'x-%!s(MISSING)', 'x-  y', 'x-  y%!(EXTRA string=z)'][count],
      );
    }
  });
});
