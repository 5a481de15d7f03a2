/**
 * Defines byte strings. Go's strings are bytes, so each Go string is represented as a JavaScript string with one
 * character (U+0000 to U+00FF) for each byte. Lengths, indexes, comparisons and invalid UTF-8 then behave exactly as in
 * Go. ASCII text needs no conversion. Only input and output are converted.
 */

const NOT_ASCII = /[\u0080-\uffff]/;

const REPLACEMENT_RUNE = 0xfffd;
const LAST_RUNE = 0x10ffff;

const SHORT_TEXT = 40;

/** Returns whether every byte is ASCII. */
export function isAscii(bytes: string): boolean {
  // Most values are short, and this loop is faster than the regular expression for short values.
  if (bytes.length > SHORT_TEXT) return !NOT_ASCII.test(bytes);
  for (let index = 0; index < bytes.length; index++) if (bytes.charCodeAt(index) > 0x7f) return false;
  return true;
}

/** Converts a text to a byte string of UTF-8. */
export function toBytes(text: string): string {
  return isAscii(text) ? text : Buffer.from(text, 'utf8').toString('latin1');
}

/** Converts a byte string to a text. Bytes that are not valid UTF-8 become U+FFFD. */
export function fromBytes(bytes: string): string {
  return isAscii(bytes) ? bytes : Buffer.from(bytes, 'latin1').toString('utf8');
}

/** One code point and its size in bytes. A byte that is not valid UTF-8 is represented as U+FFFD with size 1. */
export interface Rune {
  readonly code: number;
  readonly size: number;
}

const INVALID_BYTE: Rune = { code: REPLACEMENT_RUNE, size: 1 };

/** Returns whether the rune represents a byte that is not valid UTF-8. (A real U+FFFD in the text has size 3.) */
export const isInvalidByte = (rune: Rune): boolean => rune.size === 1 && rune.code === REPLACEMENT_RUNE;

/** Returns the code point at `index`, which must be inside the text. */
export function runeAt(bytes: string, index: number): Rune {
  const first = bytes.charCodeAt(index);
  if (first < 0x80) return { code: first, size: 1 };
  const size = sequenceSize(first);
  if (size === 0 || index + size > bytes.length) return INVALID_BYTE;
  let code = first & (0xff >> (size + 1));
  for (let at = index + 1; at < index + size; at++) {
    const next = bytes.charCodeAt(at);
    if ((next & 0xc0) !== 0x80) return INVALID_BYTE;
    code = (code << 6) | (next & 0x3f);
  }
  return isShortest(code, size) && isValidCode(code) ? { code, size } : INVALID_BYTE;
}

function sequenceSize(first: number): number {
  if (first >= 0xc2 && first <= 0xdf) return 2;
  if (first >= 0xe0 && first <= 0xef) return 3;
  return first >= 0xf0 && first <= 0xf4 ? 4 : 0;
}

const isShortest = (code: number, size: number): boolean => code >= (size === 2 ? 0x80 : size === 3 ? 0x800 : 0x10000);

/** Returns whether UTF-8 can encode the code point: it is not a surrogate and not above U+10FFFF. */
export const isValidCode = (code: number): boolean =>
  code >= 0 && code <= LAST_RUNE && !(code >= 0xd800 && code <= 0xdfff);

/** Returns the bytes of one code point. An invalid code point becomes U+FFFD. */
export function encodeRune(code: number): string {
  return toBytes(String.fromCodePoint(isValidCode(code) ? code : REPLACEMENT_RUNE));
}

/** Yields every code point in order. */
export function* runesOf(bytes: string): Generator<Rune> {
  for (let index = 0; index < bytes.length; ) {
    const rune = runeAt(bytes, index);
    yield rune;
    index += rune.size;
  }
}

/** Returns the number of code points; an invalid byte counts as one. */
export function countRunes(bytes: string): number {
  if (isAscii(bytes)) return bytes.length;
  let count = 0;
  for (let index = 0; index < bytes.length; count++) index += runeAt(bytes, index).size;
  return count;
}

/** Returns the first `count` code points. */
export function firstRunes(bytes: string, count: number): string {
  let end = 0;
  for (let left = count; left > 0 && end < bytes.length; left--) end += runeAt(bytes, end).size;
  return bytes.slice(0, end);
}
