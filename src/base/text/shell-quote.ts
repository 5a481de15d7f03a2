/** Quotes words for POSIX shells. */

const SAFE = /^[A-Za-z0-9_@%+=:,./-]+$/;

/** `text` as one word of a POSIX shell, whatever it holds (a NUL cannot be passed and is refused). */
export function shellQuote(text: string): string {
  if (text.includes('\0')) throw new RangeError('a shell word cannot hold a NUL byte');
  return SAFE.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Words joined to one command line. */
export function shellJoin(words: readonly string[]): string {
  return words.map(shellQuote).join(' ');
}
