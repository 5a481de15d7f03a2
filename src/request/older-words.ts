/** Translates outdated words of the command line into current ones. */
import { quoted } from '../base/text/quote.ts';

const COMMANDS: Readonly<Record<string, string>> = { job_command: 'hooks', jobcommand: 'hooks' };
const LISTINGS: Readonly<Record<string, string>> = { job_commands: 'hooks', hashes: 'deployments' };
const OPTIONS: Readonly<Record<string, string>> = { 'purge-job-kv': 'purge-secrets-kv' };

export interface TodaysWords {
  readonly words: readonly string[];
  /** A sentence for each outdated word. */
  readonly notes: readonly string[];
}

/** Returns command and operands in current words. A dash and an underscore are equal. */
export function todaysWords([command = '', ...operands]: readonly string[]): TodaysWords {
  const notes: string[] = [];
  const replace = (word: string, today: string | undefined): string => {
    if (today === undefined || today === word) return word;
    notes.push(sentence(word, today));
    return today;
  };
  const name = replace(command, entryOf(COMMANDS, command));
  const [first = '', ...rest] = operands;
  if (operands.length === 0) return { words: [name], notes };
  if (name === 'cat') return { words: [name, replace(first, entryOf(LISTINGS, first)), ...rest], notes };
  const isHook = name === 'hooks' || name === 'hook';
  const operand = isHook ? replace(first, first.replace(/^command_/, 'hook_')) : first;
  return { words: [name, operand, ...rest], notes };
}

/**
 * Returns the current name of an option with an outdated name, and undefined for other options. `name` is written with
 * dashes.
 */
export function todaysOption(name: string): { readonly name: string; readonly note: string } | undefined {
  const today = Object.hasOwn(OPTIONS, name) ? OPTIONS[name] : undefined;
  return today === undefined ? undefined : { name: today, note: sentence(`--${name}`, `--${today}`) };
}

function entryOf(table: Readonly<Record<string, string>>, word: string): string | undefined {
  const spelled = word.replaceAll('-', '_');
  return Object.hasOwn(table, spelled) ? table[spelled] : undefined;
}

function sentence(older: string, today: string): string {
  return `${quoted(older)} is an older word for ${quoted(today)}`;
}
