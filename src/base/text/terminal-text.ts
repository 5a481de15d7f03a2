/** Foreign output that cannot move the cursor, colour the log or ring: for people's terminals and logs. */

const ESC = '\x1b';
/** Each with its 8-bit form: colours and cursor; titles and links; device strings and the like. Last: two-character ones. */
const SEQUENCES = [
  `(?:${ESC}\\[|\\x9b)[0-?]*[ -/]*[@-~]`,
  `(?:${ESC}\\]|\\x9d)[^\\x07${ESC}\\x9c]*(?:\\x07|${ESC}\\\\|\\x9c)?`,
  `(?:${ESC}[PX^_]|[\\x90\\x98\\x9e\\x9f])[^${ESC}\\x9c]*(?:${ESC}\\\\|\\x9c)?`,
  `${ESC}[ -/]*[0-~]`,
];
const EVERY_SEQUENCE = new RegExp(SEQUENCES.join('|'), 'g');
/** Control characters and the line separators of Unicode, without the tab. */
const CONTROL = /(?!\t)[\p{Cc}\u2028\u2029]/u;
const EVERY_CONTROL = new RegExp(CONTROL, 'gu');

/** One line (no line feed in it) without terminal escapes; any other control character but the tab becomes U+FFFD. */
export function plainText(line: string): string {
  if (!CONTROL.test(line)) return line;
  return line.replace(EVERY_SEQUENCE, '').replace(EVERY_CONTROL, '\ufffd');
}
