/** Quotes foreign text for messages, so that it stays on one line and cannot steer a terminal. */

const LONGEST = 80;

/** `text` in double quotes for a message: on one line whatever it holds, cut when it is long. */
export function quoted(text: string): string {
  return escaped(JSON.stringify(clipped(text)));
}

/** Raw text of a document for a message: white space folded, control characters shown as escapes, cut when it is long. */
export function excerpt(raw: string): string {
  return escaped(clipped(raw.slice(0, LONGEST * 4).replace(/\s+/g, ' ')));
}

/** Controls of terminals, and characters that break or turn a line around. */
const UNSEEN = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/** The text with everything shown as an escape that a terminal would act upon. */
export function escaped(text: string): string {
  return text.replace(UNSEEN, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function clipped(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`;
}
