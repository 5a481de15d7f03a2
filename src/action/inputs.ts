/** Parses `INPUT_*` into the typed request. This is the only place that reads the inputs of the action. */
import * as core from '@actions/core';
import { Failure } from '../base/failure.ts';
import { misspelling } from '../base/text/nearest-name.ts';
import { quoted } from '../base/text/quote.ts';
import { type LogFormat, makeRequest } from '../request/make-request.ts';
import type { OptionSpec } from '../request/option-spec.ts';
import { isWithheld, OPTIONS, optionNamed } from '../request/option-table.ts';
import { readCommand } from '../request/read-command.ts';
import type { Request } from '../request/request.ts';
import { shellWords } from '../request/shell-words.ts';

/** Maps the name of an input to its text. Inputs that are not set are missing from the map. */
export type InputTexts = ReadonlyMap<string, string>;

export interface Inputs {
  readonly request: Request;
  readonly logFormat: LogFormat;
  /** Sentences about choices that the action made for the user. */
  readonly notices: readonly string[];
}

export interface Surroundings {
  readonly workingDirectory: string;
  readonly home: string | undefined;
}

/** Reads the texts of all inputs. Keys and known_hosts keep their surrounding white space; other texts are trimmed. */
export function readTexts(): InputTexts {
  const texts = inputOptions().map(({ name, kind }): [string, string] => [
    name,
    core.getInput(name, { trimWhitespace: kind !== 'secret' && name !== 'known-hosts' }),
  ]);
  return new Map(texts.filter(([, text]) => text.trim() !== ''));
}

function inputOptions(): OptionSpec[] {
  return OPTIONS.filter(({ only }) => only === undefined);
}

/** Returns the values that must not appear in any output. */
export function secretTexts(texts: InputTexts): (readonly [input: string, text: string])[] {
  return inputOptions().flatMap(({ name, kind }) => {
    const text = kind === 'secret' ? texts.get(name) : undefined;
    return text === undefined ? [] : [[name, text] as const];
  });
}

/** Returns the names of the variables in which GitHub passes secrets. */
export function secretVariables(): string[] {
  return inputOptions()
    .filter(isWithheld)
    .map(({ name }) => `INPUT_${name.toUpperCase()}`);
}

/**
 * Throws a `Failure` (exit code 2) for an input whose name is similar to the name of a real input. GitHub only warns of such an
 * input. For example, a workflow with `dry_run` instead of `dry-run` would deploy.
 */
export function refuseMisspelledInputs(): void {
  const names = inputOptions().map(({ name }) => name);
  const problems = Object.entries(process.env).flatMap(([variable, text = '']): [string, string][] => {
    const name = /^INPUT_(.+)$/.exec(variable)?.[1]?.toLowerCase();
    if (name === undefined || names.includes(name) || text.trim() === '') return [];
    const flag = optionNamed(name);
    const hint = flag ? `write the flag into the input args: --${name}` : misspelling(name, names)?.hint;
    return hint === undefined ? [] : [[`unknown input ${quoted(name)}`, hint]];
  });
  if (problems.length === 0) return;
  const message = problems.map(([problem]) => problem).join('\n');
  throw new Failure(message, { exitCode: 2, hint: [...new Set(problems.map(([, hint]) => hint))].join('; ') });
}

/** The names of the key inputs in messages. */
export const INPUT_NAMES = { stateKey: 'input state-key', sshKey: 'input ssh-private-key' } as const;

/** Makes the request. Throws a `Failure` (exit code 2) that lists everything that is wrong. */
export function toRequest(texts: InputTexts, surroundings: Surroundings): Inputs {
  const written = readCommand(shellWords(texts.get('command') ?? 'deploy'), texts);
  const onlyChecks = written.spec.name === 'build' && !texts.has('state-key') && !written.texts.has('check');
  const decided = new Map(written.texts);
  if (onlyChecks) decided.set('check', 'true');
  if (written.spec.name === 'deploy') decided.set('build', 'true');
  const made = makeRequest({
    face: 'action',
    spec: written.spec,
    operands: written.operands,
    texts: decided,
    ...surroundings,
  });
  const checks = onlyChecks ? ['build without a state-key only validates: nothing is saved'] : [];
  return { ...made, notices: [...written.notes, ...checks] };
}
