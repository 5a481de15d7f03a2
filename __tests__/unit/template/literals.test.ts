import { describe, expect, it } from 'vitest';
import { unquote } from '../../../src/template/go-text/quote.ts';
import { floatOf, type Value } from '../../../src/template/go-text/value.ts';
import { charLiteral, complexLiteral, numberLiteral } from '../../../src/template/parse/number-literal.ts';

type Int = number | bigint;
type Case = readonly [text: string, int: Int | undefined, value: Value | undefined];

describe('number literals', () => {
  const cases: readonly Case[] = [
    ['0', 0, 0],
    ['-0', 0, 0],
    ['+73', 73, 73],
    ['7_3', 73, 73],
    ['0b10_01', 9, 9],
    ['0O17', 15, 15],
    ['0_17', 15, 15],
    ['-0x1F', -31, -31],
    ['9223372036854775807', 2n ** 63n - 1n, 2n ** 63n - 1n],
    ['18446744073709551615', undefined, undefined],
    ['1.0', 1, floatOf(1)],
    ['1.', 1, floatOf(1)],
    ['.5', undefined, floatOf(0.5)],
    ['1e1_0', 1e10, floatOf(1e10)],
    ['1e19', undefined, floatOf(1e19)],
    ['-1.5', undefined, floatOf(-1.5)],
    ['0x1p-2', undefined, floatOf(0.25)],
    ['0X_1.8P3', 12, floatOf(12)],
    ['0xe', 14, 14],
    ['-0xe', -14, floatOf(-14)],
    ['4i', undefined, { kind: 'complex', real: 0, imaginary: 4 }],
    ['073i', undefined, { kind: 'complex', real: 0, imaginary: 73 }],
    ['0i', 0, { kind: 'complex', real: 0, imaginary: 0 }],
  ];
  it.each(cases)('%s', (text, int, value) => {
    expect(numberLiteral(text)).toEqual({ int, value });
  });

  it('may have two parts', () => {
    expect(complexLiteral('-1.5+4e-1i')).toEqual({
      int: undefined,
      value: { kind: 'complex', real: -1.5, imaginary: 0.4 },
    });
    expect(complexLiteral('13+0i')).toEqual({ int: 13, value: { kind: 'complex', real: 13, imaginary: 0 } });
  });

  it.each(['+-2', '1e', '0x', '0x1.8', '1__0', '_1', '1_', '0b', '1e400', '-'])('%s is not a number', (text) => {
    expect(numberLiteral(text)).toEqual({ problem: `illegal number syntax: "${text}"` });
  });

  it.each(['08', '99999999999999999999', '-9223372036854775809'])('%s is an integer that is too large', (text) => {
    expect(numberLiteral(text)).toEqual({ problem: `integer overflow: "${text}"` });
  });
});

describe('character literals', () => {
  it.each([
    ["'a'", 97],
    ["'\\n'", 10],
    ["'\\''", 39],
    ["'\\\\'", 92],
    ["'\\xff'", 255],
    ["'\\101'", 65],
    ["'\\u30d1'", 0x30d1],
    ["'\\U0001F600'", 0x1f600],
  ])('%s is %i', (text, code) => {
    expect(charLiteral(text)).toEqual({ int: code, value: code });
  });

  it.each(["''", "'\\\"'", "'\\q'", "'\\400'", "'\\ud800'", "'\\u12'"])('%s is malformed', (text) => {
    expect(charLiteral(text)).toEqual({ problem: 'invalid syntax' });
  });
});

describe('string literals', () => {
  it.each([
    ['"\\a\\b\\f\\n\\r\\t\\v\\\\\\""', '\x07\b\f\n\r\t\v\\"'],
    ['"\\xff\\101"', '\xffA'],
    ['"\\u00e9"', '\xc3\xa9'],
    ['`\\n"\r\n`', '\\n"\n'],
    ['""', ''],
  ])('%j', (literal, bytes) => {
    expect(unquote(literal)).toBe(bytes);
  });

  it.each(['"\\\'"', '"\\x4"', '"\\8"', '"\\777"', '"\\U00110000"', '"\\"'])('%s is malformed', (literal) => {
    expect(unquote(literal)).toBeUndefined();
  });
});
