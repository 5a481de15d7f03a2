/** Escapes text for the log of the action, so that the runner finds no commands in it. */
import { plainText } from '../../base/text/terminal-text.ts';
import { linesOf } from '../../report/log/phrases.ts';

/**
 * Foreign text as lines of the log that the runner takes for text, whatever is in them. It reads a command from a line that begins
 * with `::`, white space aside, and from `##[` anywhere in a line. Escaped line by line, because switching commands off for a while
 * would switch off the masking of new secrets as well.
 */
export function safeLines(text: string): string[] {
  return linesOf(text).map(safeLine);
}

function safeLine(line: string): string {
  return plainText(line)
    .replace(/^(\s*)::/u, '$1\\::')
    .replaceAll('##[', '##\\[');
}
