/**
 * Cleans text from stdout and stderr of programs for terminals and logs. The result cannot move the cursor, change
 * colours or ring the bell.
 */

const ESC = '\x1b';
/**
 * Patterns of escape sequences, in this order: colours and cursor movements, titles and links, device control strings,
 * and all other short sequences. The first three patterns also match the 8-bit forms.
 */
const SEQUENCES = [
  `(?:${ESC}\\[|\\x9b)[0-?]*[ -/]*[@-~]`,
  `(?:${ESC}\\]|\\x9d)[^\\x07${ESC}\\x9c]*(?:\\x07|${ESC}\\\\|\\x9c)?`,
  `(?:${ESC}[PX^_]|[\\x90\\x98\\x9e\\x9f])[^${ESC}\\x9c]*(?:${ESC}\\\\|\\x9c)?`,
  `${ESC}[ -/]*[0-~]`,
];
const EVERY_SEQUENCE = new RegExp(SEQUENCES.join('|'), 'g');
/** Control characters and the line separators of Unicode, except the tab. */
const CONTROL = /(?!\t)[\p{Cc}\u2028\u2029]/u;
const EVERY_CONTROL = new RegExp(CONTROL, 'gu');

/**
 * Returns one line without terminal escapes. The line must not contain a line feed. Every other control character
 * except the tab becomes U+FFFD.
 */
export function plainText(line: string): string {
  if (!CONTROL.test(line)) return line;
  return line.replace(EVERY_SEQUENCE, '').replace(EVERY_CONTROL, '\ufffd');
}
