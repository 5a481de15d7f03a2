/**
 * Implements Go's `html`, `js` and `urlquery`. Each function joins its operands as `print` does and escapes the text.
 */
import { encodeRune, runesOf } from '../go-text/bytes.ts';
import { sprint } from '../go-text/printf.ts';
import { isPrintable } from '../go-text/unicode.ts';
import type { Value } from '../go-text/value.ts';
import { type TemplateFunction, variadic } from './function-signature.ts';

const printed = (operands: readonly Value[]): string => sprint(operands.map((operand) => operand ?? '<no value>'));

const HTML: Readonly<Record<string, string>> = {
  '\0': encodeRune(0xfffd),
  '"': '&#34;',
  "'": '&#39;',
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
};

const escapeHtml = (text: string): string => text.replace(/[\0"'&<>]/g, (char) => HTML[char] ?? char);

const unicodeEscape = (code: number): string => `\\u${code.toString(16).toUpperCase().padStart(4, '0')}`;

function escapeJsRune(char: string, code: number): string {
  if (char === '\\' || char === "'" || char === '"') return `\\${char}`;
  if (code < 0x20 || '<>&='.includes(char)) return unicodeEscape(code);
  // As in Go, DEL is not treated as a control character, and a byte that is not valid UTF-8 stays unchanged.
  return code < 0x80 || isPrintable(code) ? char : unicodeEscape(code);
}

function escapeJs(text: string): string {
  let escaped = '';
  let at = 0;
  for (const { code, size } of runesOf(text)) {
    escaped += escapeJsRune(text.slice(at, at + size), code);
    at += size;
  }
  return escaped;
}

const escapeQuery = (text: string): string =>
  text.replace(/[^A-Za-z0-9_.~-]/g, (byte) =>
    byte === ' ' ? '+' : `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );

/** The functions `html`, `js` and `urlquery`. */
export const ESCAPERS: readonly TemplateFunction[] = [
  variadic('html', [], (operands) => escapeHtml(printed(operands))),
  variadic('js', [], (operands) => escapeJs(printed(operands))),
  variadic('urlquery', [], (operands) => escapeQuery(printed(operands))),
];
