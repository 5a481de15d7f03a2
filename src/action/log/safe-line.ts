/** Escapes text for the log of the action. The runner does not execute commands in the escaped text. */
import { plainText } from '../../base/text/terminal-text.ts';
import { linesOf } from '../../report/log/phrases.ts';

/**
 * Returns foreign text as log lines in which the runner finds no commands. The runner reads a command from a line that begins
 * with `::`, possibly after white space, and from `##[` anywhere in a line. Each line is escaped. The runner's command
 * `stop-commands` is not used, because it would also stop the masking of new secrets.
 */
export function safeLines(text: string): string[] {
  return linesOf(text).map(safeLine);
}

function safeLine(line: string): string {
  return plainText(line)
    .replace(/^(\s*)::/u, '$1\\::')
    .replaceAll('##[', '##\\[');
}
