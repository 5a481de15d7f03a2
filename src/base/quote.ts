const LONGEST = 80;

/** `text` in double quotes for a message: on one line whatever it holds, cut when it is long. */
export function quoted(text: string): string {
  return JSON.stringify(clipped(text));
}

/** Raw text of a document for a message: white space folded, control characters shown as escapes, cut when it is long. */
export function excerpt(raw: string): string {
  const folded = clipped(raw.slice(0, LONGEST * 4).replace(/\s+/g, ' '));
  return folded.replace(/\p{Cc}/gu, (control) => JSON.stringify(control).slice(1, -1));
}

function clipped(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`;
}
