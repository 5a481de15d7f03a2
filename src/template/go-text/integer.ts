/**
 * Implements Go's `int`, which has 64 bits and wraps around. A safe integer is represented as a JavaScript number.
 * Every larger or smaller integer is represented as a bigint. So each value has only one representation, and `===` and
 * `<` can compare any two values. Arithmetic with small numbers is fast.
 */

export type Int = number | bigint;

/** The smallest `int`. */
export const MIN_INT = -(2n ** 63n);
/** The largest `int`. */
export const MAX_INT = 2n ** 63n - 1n;

/** Converts an integer to an `Int`. An integer of more than 64 bits wraps around. */
export function toInt(wide: bigint): Int {
  const wrapped = BigInt.asIntN(64, wide);
  const small = Number(wrapped);
  return Number.isSafeInteger(small) ? small : wrapped;
}

/** Returns the sum, which wraps around at 64 bits. */
export function addInts(a: Int, b: Int): Int {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b;
    if (Number.isSafeInteger(sum)) return sum;
  }
  return toInt(BigInt(a) + BigInt(b));
}

/** Returns the difference, which wraps around at 64 bits. */
export function subtractInts(a: Int, b: Int): Int {
  if (typeof a === 'number' && typeof b === 'number') {
    const difference = a - b;
    if (Number.isSafeInteger(difference)) return difference;
  }
  return toInt(BigInt(a) - BigInt(b));
}

/** Returns the product, which wraps around at 64 bits. */
export function multiplyInts(a: Int, b: Int): Int {
  if (typeof a === 'number' && typeof b === 'number') {
    const product = a * b;
    // Adding zero turns -0 into 0.
    if (Number.isSafeInteger(product)) return product + 0;
  }
  return toInt(BigInt(a) * BigInt(b));
}

/** Returns the quotient, truncated toward zero. `b` must not be 0. */
export function divideInts(a: Int, b: Int): Int {
  if (typeof a === 'number' && typeof b === 'number') return Math.trunc(a / b) + 0;
  return toInt(BigInt(a) / BigInt(b));
}

/** An integer whose text is shorter than this always fits a JavaScript number exactly. */
const SAFE_DIGITS = 15;

/** Parses an integer in base 10 with an optional sign. Returns `range` when it does not fit 64 bits. */
export function parseInt64(text: string): Int | 'syntax' | 'range' {
  if (!/^[+-]?[0-9]+$/.test(text)) return 'syntax';
  if (text.length < SAFE_DIGITS) return Number(text) + 0;
  const wide = BigInt(text.replace(/^\+/, ''));
  return wide < MIN_INT || wide > MAX_INT ? 'range' : toInt(wide);
}
