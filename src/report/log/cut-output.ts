/** Cuts long output of hooks to the size that a message can show. */

export interface OutputLimits {
  readonly lines: number;
  /** Texts with more characters are cut. */
  readonly chars: number;
  /** The position of the cut. The cut is at a line break when one is shortly before this position. */
  readonly cutChars: number;
}

/** The limits of a message: 50 lines and 2000 characters. */
export const MESSAGE_OUTPUT: OutputLimits = { lines: 50, chars: 2000, cutChars: 1900 };

/** Returns the beginning of an output, with a note of how much was cut. */
export function cutOutput(text: string, { lines, chars, cutChars }: OutputLimits = MESSAGE_OUTPUT): string {
  const all = text.split('\n');
  const more = all.length - lines;
  const first = more > 0 ? `${all.slice(0, lines).join('\n')}\n... (${more} more lines truncated)` : text;
  return first.length > chars ? cutAt(first, cutChars) : first;
}

function cutAt(text: string, most: number): string {
  const lineBreak = text.lastIndexOf('\n', most);
  const end = wholeCharacters(text, lineBreak > most / 2 ? lineBreak : most);
  return `${text.slice(0, end)}\n... (${text.length - end} more characters truncated)`;
}

/** Returns `end`, or one less when the cut would split a surrogate pair. */
function wholeCharacters(text: string, end: number): number {
  return /[\ud800-\udbff]/.test(text.charAt(end - 1)) ? end - 1 : end;
}
