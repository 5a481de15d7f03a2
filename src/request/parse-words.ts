/** Parses the words of a command line into command, operands and option values. It checks only the syntax of the words. */
import { parseArgs } from 'node:util';
import { Failure } from '../base/failure.ts';
import { didYouMean } from '../base/text/nearest-name.ts';
import { quoted } from '../base/text/quote.ts';
import { todaysOption } from './older-words.ts';
import type { OptionSpec } from './option-spec.ts';
import { OPTIONS, optionNamed, secretVariable } from './option-table.ts';

export interface ParsedWords {
  /** The command and its operands. */
  readonly positionals: readonly string[];
  /** Texts by option name. A given flag has the text `true`. */
  readonly values: ReadonlyMap<string, string>;
  /** The problem of the first unknown or malformed option. The caller decides whether to throw this failure. */
  readonly problem: Failure | undefined;
  /** A sentence for each option that was given by an outdated name. */
  readonly notes: readonly string[];
}

const PARSED_OPTIONS = Object.fromEntries(
  OPTIONS.map(({ name, kind, short }) => [
    name,
    { type: kind === 'flag' ? ('boolean' as const) : ('string' as const), ...(short === undefined ? {} : { short }) },
  ]),
);

interface OptionToken {
  readonly kind: 'option';
  readonly name: string;
  readonly rawName: string;
  readonly value?: string | undefined;
  readonly inlineValue?: boolean | undefined;
}

/** Parses the words. Options may appear anywhere before `--`. */
export function parseWords(words: readonly string[]): ParsedWords {
  const { tokens } = parseArgs({
    args: words.map(spelling),
    options: PARSED_OPTIONS,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const positionals: string[] = [];
  const values = new Map<string, string>();
  const notes: string[] = [];
  let problem: Failure | undefined;
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    const today = todaysOption(token.name);
    if (today) notes.push(today.note);
    const read = readOption({ ...token, name: today?.name ?? token.name });
    if (read.ok) values.set(read.name, join(values.get(read.name), read));
    else problem ??= read.failure;
  }
  return { positionals, values, problem, notes };
}

/** Turns `--sync_only` into `--sync-only`. Words after `--` are unchanged. */
function spelling(word: string, at: number, words: readonly string[]): string {
  const [, name, rest] = /^--([^=]+)(.*)$/s.exec(word) ?? [];
  const end = words.indexOf('--');
  if (name === undefined || rest === undefined || (end !== -1 && at > end)) return word;
  return `--${name.replaceAll('_', '-')}${rest}`;
}

type ReadOption =
  | { readonly ok: true; readonly name: string; readonly text: string; readonly kind: OptionSpec['kind'] }
  | { readonly ok: false; readonly failure: Failure };

function readOption({ name, rawName, value, inlineValue = false }: OptionToken): ReadOption {
  const option = optionNamed(name);
  if (!option)
    return refuse(
      `unknown option ${quoted(rawName)}`,
      didYouMean(
        name,
        OPTIONS.map((one) => one.name),
      ),
    );
  if (option.kind === 'secret') {
    return refuse(`--${name} would show a secret to everyone on this machine`, `set ${secretVariable(option)} instead`);
  }
  if (option.kind === 'flag') return { ok: true, name, kind: option.kind, text: inlineValue ? (value ?? '') : 'true' };
  if (value === undefined || (!inlineValue && value.startsWith('-') && value.length > 1)) {
    return refuse(`--${name} needs a value: --${name} ${option.value ?? 'VALUE'}`, undefined);
  }
  return { ok: true, name, kind: option.kind, text: value };
}

function refuse(message: string, hint: string | undefined): ReadOption {
  return { ok: false, failure: new Failure(message, { exitCode: 2, ...(hint === undefined ? {} : { hint }) }) };
}

/**
 * Joins the values of an option that is given twice. Lists and lines are combined; for other kinds the later value replaces
 * the earlier one.
 */
function join(earlier: string | undefined, { kind, text }: Extract<ReadOption, { ok: true }>): string {
  if (earlier === undefined) return text;
  if (kind === 'lines') return `${earlier}\n${text}`;
  return kind === 'list' ? `${earlier},${text}` : text;
}
