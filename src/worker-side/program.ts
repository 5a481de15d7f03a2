/**
 * Builds the programs that run on workers. Each program is a file of POSIX `sh` below this folder. Its parameters are
 * shell variables that are set before the program.
 */
import { shellJoin, shellQuote } from '../base/text/shell-quote.ts';
import { readProgram } from './read-program.ts';

export interface Parameters {
  /** Name without `maand_` → value. The prefix avoids conflicts with variables that jobs and login shells export. */
  readonly variables?: Readonly<Record<string, string | number>>;
  /** The arguments `$1`, `$2`, … of the program. Missing when the program has no arguments. */
  readonly words?: readonly string[];
}

/**
 * Returns the text to send: the parameters, then the programs one after another. The last program does the work, and
 * the earlier ones prepare it. Comments are left out.
 */
export function workerProgram(names: string | readonly string[], { variables = {}, words }: Parameters = {}): string {
  const assignments = Object.entries(variables).map(([name, value]) => `maand_${name}=${shellQuote(String(value))}`);
  const setting = words === undefined ? [] : [`set -- ${shellJoin(words)}`];
  return [...assignments, ...setting, ...[names].flat().map(textOf)].join('\n');
}

const texts = new Map<string, string>();

function textOf(name: string): string {
  const text = texts.get(name) ?? withoutComments(readProgram(name));
  texts.set(name, text);
  return text;
}

function withoutComments(text: string): string {
  return text.replace(/^\s*(?:#.*)?\n/gm, '').trimEnd();
}
