/** Escapes text for the log of the action, so that the runner finds no commands in it. */
import { plainText } from '../../base/text/terminal-text.ts';
import { linesOf } from '../../report/log/phrases.ts';

/**
 * Returns foreign text as log lines in which the runner finds no commands. The runner reads a command from a line that begins
 * with `::`, possibly after white space, and from `##[` anywhere in a line. Each line is escaped, because the command that
 * pauses commands would also pause the masking of new secrets.
 */
export function safeLines(text: string): string[] {
  return linesOf(text).map(safeLine);
}

function safeLine(line: string): string {
  return plainText(line)
    .replace(/^(\s*)::/u, '$1\\::')
    .replaceAll('##[', '##\\[');
}
