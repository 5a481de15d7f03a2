/** Parses `argv` and the secrets of the environment into an invocation. Only the entry file provides these values. */

import { type CommandSpec, resolveCommand } from '../request/command-table.ts';
import { type LogFormat, makeRequest } from '../request/make-request.ts';
import type { OptionSpec } from '../request/option-spec.ts';
import { isWithheld, OPTIONS, secretVariable } from '../request/option-table.ts';
import { type ParsedWords, parseWords } from '../request/parse-words.ts';
import { readCommand } from '../request/read-command.ts';
import type { Request } from '../request/request.ts';

export interface Launch {
  /** The arguments, without the program and its script. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly workingDirectory: string;
}

export type Invocation =
  | {
      readonly kind: 'run';
      readonly request: Request;
      readonly logFormat: LogFormat;
      /** Sentences for the user about older words in the command. */
      readonly notes?: readonly string[];
    }
  | { readonly kind: 'help'; readonly spec: CommandSpec | undefined }
  | { readonly kind: 'version' };

/** The display options. They are known even when the rest of the command line is wrong. */
export interface ScreenWishes {
  readonly json: boolean;
  readonly color: 'auto' | 'never';
  readonly verbose: boolean;
}

export function readScreen({ argv, env }: Launch): ScreenWishes {
  const { values } = parseWords(argv);
  const isOn = (name: string) => values.get(name) === 'true';
  const colorless = isOn('no-color') || (env.NO_COLOR ?? '') !== '' || env.TERM === 'dumb';
  return { json: isOn('json'), color: colorless ? 'never' : 'auto', verbose: isOn('verbose') };
}

/** Reads the arguments. Throws a `Failure` (exit code 2) when they are wrong. */
export function readArgs({ argv, env, workingDirectory }: Launch): Invocation {
  const words = parseWords(argv);
  if (words.values.has('version')) return { kind: 'version' };
  if (words.values.has('help') || words.positionals[0] === 'help') return { kind: 'help', spec: helpTopic(words) };
  const { notes, ...written } = readCommand(argv, readVariables(env, isWithheld));
  const made = makeRequest({ face: 'cli', ...written, workingDirectory, home: env.HOME });
  return { kind: 'run', ...made, ...(notes.length > 0 && { notes }) };
}

/**
 * Returns the command that `maand help deploy` or `maand deploy --help` asks about. Returns undefined when no command is
 * named.
 */
function helpTopic({ positionals }: ParsedWords): CommandSpec | undefined {
  const topic = positionals[0] === 'help' ? positionals.slice(1) : positionals;
  return topic.length === 0 ? undefined : resolveCommand(topic).spec;
}

/** Returns the values of the environment variables by option name. */
function readVariables(env: Launch['env'], isWanted: (option: OptionSpec) => boolean): Map<string, string> {
  return new Map(
    OPTIONS.filter(isWanted).flatMap((option) => {
      const text = env[secretVariable(option)];
      return text === undefined ? [] : [[option.name, text] as const];
    }),
  );
}

/** Returns the values that must not appear in any output. */
export function secretValues(env: Launch['env']): (readonly [variable: string, value: string])[] {
  return OPTIONS.filter(({ kind }) => kind === 'secret').flatMap((option) => {
    const variable = secretVariable(option);
    const value = env[variable];
    return value === undefined ? [] : [[variable, value] as const];
  });
}
