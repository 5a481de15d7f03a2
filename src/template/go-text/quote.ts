/**
 * Writes and parses Go's string and character literals, as the Go package `strconv` does. All texts are byte strings.
 */
import { encodeRune, isInvalidByte, isValidCode, type Rune, runeAt, runesOf } from './bytes.ts';
import { isPrintable } from './unicode.ts';

/** The code points that are not escaped: all printable code points, or only printable ASCII. */
export type QuoteAlphabet = 'printable' | 'ascii';

/** Returns a literal in double quotes. */
export const quote = (bytes: string, alphabet: QuoteAlphabet = 'printable'): string => quoteWith('"', bytes, alphabet);

/** Returns a character literal in single quotes. */
export const quoteRune = (code: number, alphabet: QuoteAlphabet = 'printable'): string =>
  quoteWith("'", encodeRune(code), alphabet);

const PLAIN = /^[ !#-&(-[\]-~]*$/;

function quoteWith(mark: string, bytes: string, alphabet: QuoteAlphabet): string {
  if (PLAIN.test(bytes)) return mark + bytes + mark;
  let quoted = mark;
  let index = 0;
  for (const rune of runesOf(bytes)) {
    quoted += isInvalidByte(rune) ? hexByte(bytes.charCodeAt(index)) : escapeRune(rune, mark, alphabet);
    index += rune.size;
  }
  return quoted + mark;
}

const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
};

const hex = (code: number, digits: number): string => code.toString(16).padStart(digits, '0');
const hexByte = (code: number): string => `\\x${hex(code, 2)}`;

function escapeRune({ code }: Rune, mark: string, alphabet: QuoteAlphabet): string {
  const char = encodeRune(code);
  if (char === mark || char === '\\') return `\\${char}`;
  if (isPrintable(code) && (alphabet === 'printable' || code < 0x80)) return char;
  const short = SHORT_ESCAPES[char];
  if (short !== undefined) return short;
  if (code < 0x20 || code === 0x7f) return hexByte(code);
  return code < 0x10000 ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`;
}

/** Returns whether the text can be written on one line as a raw literal in back quotes. */
export function canBackquote(bytes: string): boolean {
  for (const rune of runesOf(bytes)) {
    if (isInvalidByte(rune) || rune.code === 0xfeff || rune.code === 0x7f || rune.code === 0x60) return false;
    if (rune.code < 0x20 && rune.code !== 0x09) return false;
  }
  return true;
}

/** Returns the value of a string literal (with its quotes), or undefined when it is malformed. */
export function unquote(literal: string): string | undefined {
  const inside = literal.slice(1, -1);
  // As in Go, carriage returns are removed from a raw literal, so that both kinds of line endings give the same value.
  if (literal.startsWith('`')) return inside.replaceAll('\r', '');
  let text = '';
  for (let index = 0; index < inside.length; ) {
    const piece = unquotePiece(inside, index, '"');
    if (!piece) return undefined;
    text += piece.isByte ? String.fromCharCode(piece.code) : encodeRune(piece.code);
    index = piece.end;
  }
  return text;
}

/** Returns the code point of a character literal (with its quotes), or Go's message when the literal is malformed. */
export function unquoteChar(literal: string): { readonly code: number } | { readonly problem: string } {
  const piece = unquotePiece(literal, 1, "'");
  if (!piece) return { problem: 'invalid syntax' };
  if (literal.slice(piece.end) !== "'") return { problem: `malformed character constant: ${literal}` };
  return { code: piece.code };
}

interface Piece {
  readonly code: number;
  /** True when the code is a byte (from `\x41` or `\101`), and false when the code is a code point. */
  readonly isByte: boolean;
  readonly end: number;
}

const SIMPLE_ESCAPES: Readonly<Record<string, number>> = { a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11, '\\': 92 };
const HEX_ESCAPE_DIGITS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

function unquotePiece(text: string, index: number, mark: string): Piece | undefined {
  const char = text[index];
  if (char === undefined || char === mark) return undefined;
  if (char !== '\\') {
    const { code, size } = runeAt(text, index);
    return { code, isByte: false, end: index + size };
  }
  const letter = text[index + 1] ?? '';
  const simple = letter === mark ? mark.charCodeAt(0) : SIMPLE_ESCAPES[letter];
  if (simple !== undefined) return { code: simple, isByte: false, end: index + 2 };
  return numberedEscape(text, index + 1, letter);
}

function numberedEscape(text: string, index: number, letter: string): Piece | undefined {
  const digits = HEX_ESCAPE_DIGITS[letter];
  const [start, size, radix] = digits === undefined ? [index, 3, 8] : [index + 1, digits, 16];
  const end = start + size;
  const written = text.slice(start, end);
  if (written.length < size || !(radix === 8 ? /^[0-7]+$/ : /^[0-9a-fA-F]+$/).test(written)) return undefined;
  const code = Number.parseInt(written, radix);
  const isByte = letter !== 'u' && letter !== 'U';
  return (isByte ? code <= 0xff : isValidCode(code)) ? { code, isByte, end } : undefined;
}
