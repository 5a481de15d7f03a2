/** Small pieces of sentences that every reporter uses. */
import { shownName } from '../../base/file-name.ts';

/** On one line whatever it holds: control characters and line breaks become visible escapes. */
export function oneLine(text: string): string {
  return shownName(text).replace(/[\p{Cc}\u2028\u2029]/gu, (control) => {
    if (control === '\n') return '\\n';
    if (control === '\r') return '\\r';
    if (control === '\t') return '\\t';
    return `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

/** Lines of a text that may have been written on any system; a trailing line break makes no line. */
export function linesOf(text: string): string[] {
  const lines = text.split(/\r\n|\r|\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/** The first line as it is, the others below it, indented. */
export function hanging(text: string, indent: string): string {
  return linesOf(text.trim()).join(`\n${indent}`);
}

/** Cut to `most` characters, with a mark. */
export function clip(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

/** `3 jobs`, `1 job`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** `a, b, c and 47 more`. */
export function nameSome(names: readonly string[], most: number): string {
  if (names.length <= most) return names.join(', ');
  return `${names.slice(0, most).join(', ')} and ${names.length - most} more`;
}
