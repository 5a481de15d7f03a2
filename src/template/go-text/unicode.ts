/**
 * Implements the rules of Go's packages `unicode` and `strings` for letters, case and white space. Texts are byte
 * strings.
 */
import { encodeRune, isAscii, isInvalidByte, runesOf, toBytes } from './bytes.ts';

const LETTER_OR_DIGIT = /^[\p{L}\p{Nd}_]$/u;
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;

/** Returns whether the code point may be part of an identifier. */
export const isAlphaNumeric = (code: number): boolean => LETTER_OR_DIGIT.test(String.fromCodePoint(code));

/** Returns whether the code point is a letter, mark, number, punctuation, symbol or the ASCII space. */
export const isPrintable = (code: number): boolean => PRINTABLE.test(String.fromCodePoint(code));

/** Converts each code point to upper case separately. So `ß` stays `ß`. */
export const toUpper = (bytes: string): string => (isAscii(bytes) ? bytes.toUpperCase() : mapRunes(bytes, simpleUpper));

/** Converts each code point to lower case separately. So `İ` becomes `i`. */
export const toLower = (bytes: string): string => (isAscii(bytes) ? bytes.toLowerCase() : mapRunes(bytes, simpleLower));

function mapRunes(bytes: string, map: (char: string) => string): string {
  let mapped = '';
  for (const rune of runesOf(bytes)) {
    mapped += encodeRune(isInvalidByte(rune) ? rune.code : codeOf(map(String.fromCodePoint(rune.code))));
  }
  return mapped;
}

const codeOf = (char: string): number => char.codePointAt(0) ?? 0;

const isOneRune = (text: string): boolean => text.length === String.fromCodePoint(codeOf(text)).length;

/**
 * Greek letters with iota subscript. JavaScript's upper case of such a letter has two letters. Go's upper case is one
 * letter, whose code point is larger by `step`.
 */
const IOTA_STEPS: readonly (readonly [first: number, last: number, step: number])[] = [
  [0x1f80, 0x1f87, 8],
  [0x1f90, 0x1f97, 8],
  [0x1fa0, 0x1fa7, 8],
  [0x1fb3, 0x1fb3, 9],
  [0x1fc3, 0x1fc3, 9],
  [0x1ff3, 0x1ff3, 9],
];

function simpleUpper(char: string): string {
  const full = char.toUpperCase();
  if (isOneRune(full)) return full;
  const code = codeOf(char);
  const range = IOTA_STEPS.find(([first, last]) => code >= first && code <= last);
  return range ? String.fromCodePoint(code + range[2]) : char;
}

function simpleLower(char: string): string {
  const full = char.toLowerCase();
  return isOneRune(full) ? full : String.fromCodePoint(codeOf(full));
}

const WIDE_SPACES =
  '\u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000';
const WIDE_SPACE_BYTES: ReadonlySet<string> = new Set(Array.from(WIDE_SPACES, toBytes));
const WIDE_SPACE_SIZES = [2, 3];

/**
 * Returns the size in bytes of one white space character at a position, or 0 when there is none. `code` is the byte at
 * the position; `wide` returns the given number of bytes from this position.
 */
function spaceSize(code: number, wide: (size: number) => string): number {
  if (code < 0x80) return code === 0x20 || (code >= 0x09 && code <= 0x0d) ? 1 : 0;
  return WIDE_SPACE_SIZES.find((size) => WIDE_SPACE_BYTES.has(wide(size))) ?? 0;
}

const spaceAfter = (bytes: string, at: number): number =>
  spaceSize(bytes.charCodeAt(at), (size) => bytes.substring(at, at + size));

const spaceBefore = (bytes: string, at: number): number =>
  spaceSize(bytes.charCodeAt(at - 1), (size) => bytes.substring(at - size, at));

/** Returns the text without Unicode white space at its beginning and end. */
export function trimSpace(bytes: string): string {
  let start = 0;
  for (let size = spaceAfter(bytes, start); size > 0; size = spaceAfter(bytes, start)) start += size;
  let end = bytes.length;
  for (let size = spaceBefore(bytes, end); size > 0 && end > start; size = spaceBefore(bytes, end)) end -= size;
  return start === 0 && end === bytes.length ? bytes : bytes.slice(start, end);
}
