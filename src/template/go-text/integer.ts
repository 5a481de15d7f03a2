/**
 * Go's `int`: 64 bits, wrapping. A value is a number where that is exact and a bigint beyond, never the other way round, so that
 * `===` and `<` compare any two of them and everyday arithmetic stays fast.
 */

export type Int = number | bigint;

/** The smallest `int`. */
export const MIN_INT = -(2n ** 63n);
/** The largest `int`. */
export const MAX_INT = 2n ** 63n - 1n;

/** The one representation of a 64-bit integer; wider ones wrap. */
export function toInt(wide: bigint): Int {
  const wrapped = BigInt.asIntN(64, wide);
  const small = Number(wrapped);
  return Number.isSafeInteger(small) ? small : wrapped;
}

/** Wraps at 64 bits. */
export function addInts(a: Int, b: Int): Int {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b;
    if (Number.isSafeInteger(sum)) return sum;
  }
  return toInt(BigInt(a) + BigInt(b));
}

/** Wraps at 64 bits. */
export function subtractInts(a: Int, b: Int): Int {
  if (typeof a === 'number' && typeof b === 'number') {
    const difference = a - b;
    if (Number.isSafeInteger(difference)) return difference;
  }
  return toInt(BigInt(a) - BigInt(b));
}

/** Wraps at 64 bits. */
export function multiplyInts(a: Int, b: Int): Int {
  if (typeof a === 'number' && typeof b === 'number') {
    const product = a * b;
    // Adding zero turns -0 into 0.
    if (Number.isSafeInteger(product)) return product + 0;
  }
  return toInt(BigInt(a) * BigInt(b));
}

/** Truncates toward zero; `b` is not 0. */
export function divideInts(a: Int, b: Int): Int {
  if (typeof a === 'number' && typeof b === 'number') return Math.trunc(a / b) + 0;
  return toInt(BigInt(a) / BigInt(b));
}

/** So many digits always fit a number exactly. */
const SAFE_DIGITS = 15;

/** Base 10 with an optional sign; `range` when 64 bits cannot hold it. */
export function parseInt64(text: string): Int | 'syntax' | 'range' {
  if (!/^[+-]?[0-9]+$/.test(text)) return 'syntax';
  if (text.length < SAFE_DIGITS) return Number(text) + 0;
  const wide = BigInt(text.replace(/^\+/, ''));
  return wide < MIN_INT || wide > MAX_INT ? 'range' : toInt(wide);
}
