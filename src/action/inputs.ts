/** Parses `INPUT_*` into the typed request. This is the only place that reads the inputs of the action. */
import * as core from '@actions/core';
import { type LogFormat, makeRequest } from '../request/make-request.ts';
import { isWithheld, OPTIONS, type OptionSpec } from '../request/option-table.ts';
import { readCommand } from '../request/read-command.ts';
import type { Request } from '../request/request.ts';
import { shellWords } from '../request/shell-words.ts';

/** Input name → text; inputs that are not set are absent. */
export type InputTexts = ReadonlyMap<string, string>;

export interface Inputs {
  readonly request: Request;
  readonly logFormat: LogFormat;
  /** What was decided for the person, in a sentence each. */
  readonly notices: readonly string[];
}

export interface Surroundings {
  readonly workingDirectory: string;
  readonly home: string | undefined;
}

/** Texts whose ends matter keep them: keys and known_hosts are lines. */
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

/** Values that must not be seen anywhere. */
export function secretTexts(texts: InputTexts): (readonly [input: string, text: string])[] {
  return inputOptions().flatMap(({ name, kind }) => {
    const text = kind === 'secret' ? texts.get(name) : undefined;
    return text === undefined ? [] : [[name, text] as const];
  });
}

/** Names of the variables in which GitHub hands secrets over. */
export function secretVariables(): string[] {
  return inputOptions()
    .filter(isWithheld)
    .map(({ name }) => `INPUT_${name.toUpperCase()}`);
}

/** Throws a `Failure` (2) with everything that is wrong. */
/** What messages call the inputs with keys. */
export const INPUT_NAMES = { stateKey: 'input state-key', sshKey: 'input ssh-private-key' } as const;

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
