/**
 * Parses number literals. As with Go's constants, a literal such as `1.0` can be an integer, a float or a complex
 * number. The type that is expected at its place decides.
 */
import { type Int, MAX_INT, MIN_INT, toInt } from '../go-text/integer.ts';
import { unquoteChar } from '../go-text/quote.ts';
import { floatOf, type Value } from '../go-text/value.ts';

/** The values of a literal for the types that may be expected at its place. */
export interface NumberLiteral {
  /** The value as an `int`; undefined when the literal is not an integer. */
  readonly int: Int | undefined;
  /** The value where any type is accepted; undefined when the literal is an integer that is too large for `int`. */
  readonly value: Value | undefined;
}

/** Go's message about a malformed literal, as a byte string. */
export type LiteralProblem = { readonly problem: string };

/** Parses a character literal such as `'a'`, which is an integer. */
export function charLiteral(text: string): NumberLiteral | LiteralProblem {
  const char = unquoteChar(text);
  return 'problem' in char ? char : { int: char.code, value: char.code };
}

/**
 * Parses a complex literal such as `1+2i`: two floats in one token. The text is split at a sign that has a valid float
 * on both sides.
 */
export function complexLiteral(text: string): NumberLiteral | LiteralProblem {
  for (let at = 1; at < text.length; at++) {
    if (text[at] !== '+' && text[at] !== '-') continue;
    const real = parseFloat64(text.slice(0, at));
    const imaginary = parseFloat64(text.slice(at, -1));
    if (real !== undefined && imaginary !== undefined) return complexNumber(real, imaginary);
  }
  return illegal(text);
}

/** Parses integers of any base, floats and imaginary numbers. */
export function numberLiteral(text: string): NumberLiteral | LiteralProblem {
  const imaginary = text.endsWith('i') ? parseFloat64(text.slice(0, -1)) : undefined;
  if (imaginary !== undefined) return complexNumber(0, imaginary);
  const wide = parseInteger(text);
  if (wide !== undefined && wide >= MIN_INT && wide <= MAX_INT) return integerNumber(toInt(wide), text);
  // The number fits only an unsigned integer of 64 bits. Such a number is valid, but is not an `int`.
  if (wide !== undefined && wide > 0n && wide < 2n ** 64n && !text.startsWith('+'))
    return { int: undefined, value: undefined };
  const float = parseFloat64(text);
  if (float === undefined) return illegal(text);
  // The text does not look like a float, so it is an integer that is too large.
  if (!/[.eEpP]/.test(text)) return { problem: `integer overflow: "${text}"` };
  return { int: exactInt(float), value: floatOf(float) };
}

const illegal = (text: string): LiteralProblem => ({ problem: `illegal number syntax: "${text}"` });

/**
 * Returns whether the text looks like a float. In hexadecimal, `e` is a digit, so only `p` shows that the number is a
 * float.
 */
const looksLikeFloat = (text: string): boolean => /[.eEpP]/.test(text) && !/^0[xX][^pP]*$/.test(text);

function integerNumber(int: Int, text: string): NumberLiteral {
  return { int, value: looksLikeFloat(text) ? floatOf(Number(int)) : int };
}

function complexNumber(real: number, imaginary: number): NumberLiteral {
  return { int: imaginary === 0 ? exactInt(real) : undefined, value: { kind: 'complex', real, imaginary } };
}

function exactInt(float: number): Int | undefined {
  if (!Number.isInteger(float) || float < Number(MIN_INT) || float >= -Number(MIN_INT)) return undefined;
  return toInt(BigInt(float));
}

const INTEGER = /^[+-]?(?:0[xX](?:_?[0-9a-fA-F])+|0[bB](?:_?[01])+|0[oO]?(?:_?[0-7])+|0|[1-9](?:_?[0-9])*)$/;

function parseInteger(text: string): bigint | undefined {
  if (!INTEGER.test(text)) return undefined;
  const digits = text.replace(/^[+-]/, '').replaceAll('_', '');
  const size = BigInt(/^0[0-7]/.test(digits) ? `0o${digits.slice(1)}` : digits);
  return text.startsWith('-') ? -size : size;
}

const DECIMAL_FLOAT =
  /^[+-]?(?:[0-9](?:_?[0-9])*\.?(?:[0-9](?:_?[0-9])*)?|\.[0-9](?:_?[0-9])*)(?:[eE][+-]?[0-9](?:_?[0-9])*)?$/;
const HEX_FLOAT =
  /^([+-]?)0[xX]((?:_?[0-9a-fA-F])*)\.?((?:[0-9a-fA-F](?:_?[0-9a-fA-F])*)?)[pP]([+-]?[0-9](?:_?[0-9])*)$/;

function parseFloat64(text: string): number | undefined {
  const float = DECIMAL_FLOAT.test(text) ? Number(text.replaceAll('_', '')) : parseHexFloat(text);
  return float === undefined || !Number.isFinite(float) ? undefined : float;
}

function parseHexFloat(text: string): number | undefined {
  const [, sign, whole = '', fraction = '', exponent = ''] = HEX_FLOAT.exec(text) ?? [];
  const digits = (whole + fraction).replaceAll('_', '');
  if (sign === undefined || digits === '') return undefined;
  const power = Number(exponent.replaceAll('_', '')) - 4 * fraction.replaceAll('_', '').length;
  // The power is applied in two halves. In one step, the power alone could overflow or underflow although the result
  // does not.
  const half = Math.trunc(power / 2);
  const size = Number(BigInt(`0x${digits}`)) * 2 ** half * 2 ** (power - half);
  return sign === '-' ? -size : size;
}
