/** Quotes words for POSIX shells. */

const SAFE = /^[A-Za-z0-9_@%+=:,./-]+$/;

/**
 * Returns `text` quoted as one word of a POSIX shell. Throws a `RangeError` when the text contains a NUL byte, because
 * a shell word cannot contain a NUL byte.
 */
export function shellQuote(text: string): string {
  if (text.includes('\0')) throw new RangeError('a shell word cannot hold a NUL byte');
  return SAFE.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Returns the words, quoted, as one command line. */
export function shellJoin(words: readonly string[]): string {
  return words.map(shellQuote).join(' ');
}
