/** Makes parts of sentences that several reporters use. */
import { shownName } from '../../base/file-name.ts';

/** Returns the text on one line: control characters and line breaks become visible escapes. */
export function oneLine(text: string): string {
  return shownName(text).replace(/[\p{Cc}\u2028\u2029]/gu, (control) => {
    if (control === '\n') return '\\n';
    if (control === '\r') return '\\r';
    if (control === '\t') return '\\t';
    return `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

/**
 * Splits a text into lines at the line breaks of any operating system. A line break at the end does not add an empty line.
 */
export function linesOf(text: string): string[] {
  const lines = text.split(/\r\n|\r|\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/** Returns the text with every line after the first one indented. */
export function hanging(text: string, indent: string): string {
  return linesOf(text.trim()).join(`\n${indent}`);
}

/** Cuts the text to `most` characters and marks the cut with `…`. */
export function clip(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

/** Returns a number with its noun: `3 jobs`, `1 job`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** Returns the first `most` names and the number of the others: `a, b, c and 47 more`. */
export function nameSome(names: readonly string[], most: number): string {
  if (names.length <= most) return names.join(', ');
  return `${names.slice(0, most).join(', ')} and ${names.length - most} more`;
}
