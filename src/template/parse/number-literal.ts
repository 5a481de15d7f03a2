/** Number literals: one literal is every kind of number that can hold it, and the place where it stands decides (Go's constants). */
import { type Int, MAX_INT, MIN_INT, toInt } from '../go-text/integer.ts';
import { unquoteChar } from '../go-text/quote.ts';
import { floatOf, type Value } from '../go-text/value.ts';

/** A literal under each reading that its place may ask for. */
export interface NumberLiteral {
  /** Where an `int` is wanted; undefined when the literal is no integer. */
  readonly int: Int | undefined;
  /** Where any value is wanted; undefined when it is an integer that `int` cannot hold. */
  readonly value: Value | undefined;
}

/** Go's sentence about a malformed literal, in bytes. */
export type LiteralProblem = { readonly problem: string };

/** `'a'` and its like: an integer. */
export function charLiteral(text: string): NumberLiteral | LiteralProblem {
  const char = unquoteChar(text);
  return 'problem' in char ? char : { int: char.code, value: char.code };
}

/** `1+2i`: two floats in one token; the sign between them is the one that leaves a float on both sides. */
export function complexLiteral(text: string): NumberLiteral | LiteralProblem {
  for (let at = 1; at < text.length; at++) {
    if (text[at] !== '+' && text[at] !== '-') continue;
    const real = parseFloat64(text.slice(0, at));
    const imaginary = parseFloat64(text.slice(at, -1));
    if (real !== undefined && imaginary !== undefined) return complexNumber(real, imaginary);
  }
  return illegal(text);
}

/** Integers of any base, floats, and imaginary numbers. */
export function numberLiteral(text: string): NumberLiteral | LiteralProblem {
  const imaginary = text.endsWith('i') ? parseFloat64(text.slice(0, -1)) : undefined;
  if (imaginary !== undefined) return complexNumber(0, imaginary);
  const wide = parseInteger(text);
  if (wide !== undefined && wide >= MIN_INT && wide <= MAX_INT) return integerNumber(toInt(wide), text);
  // Fits 64 bits without a sign: a number, but no `int`.
  if (wide !== undefined && wide > 0n && wide < 2n ** 64n && !text.startsWith('+'))
    return { int: undefined, value: undefined };
  const float = parseFloat64(text);
  if (float === undefined) return illegal(text);
  // Read as a float without looking like one: an integer that is too large.
  if (!/[.eEpP]/.test(text)) return { problem: `integer overflow: "${text}"` };
  return { int: exactInt(float), value: floatOf(float) };
}

const illegal = (text: string): LiteralProblem => ({ problem: `illegal number syntax: "${text}"` });

/** A hexadecimal integer is none for its `e`, but (Go's rule) one with a sign is. */
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
  // In two halves, so that the power alone does not leave the range of a double before the number does.
  const half = Math.trunc(power / 2);
  const size = Number(BigInt(`0x${digits}`)) * 2 ** half * 2 ** (power - half);
  return sign === '-' ? -size : size;
}
