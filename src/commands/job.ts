/** `maand job VERB …`: what a person does to one job by hand. Each verb is a command of its own, named by the first operand. */
import { Failure } from '../base/failure.ts';
import { didYouMean } from '../base/nearest-name.ts';
import { quoted } from '../base/quote.ts';
import type { Request } from '../request/request.ts';
import type { CommandResult, Face } from './face.ts';
import { createJob } from './job-create.ts';
import type { Tools } from './tools.ts';

type Verb = (request: Request, face: Face, tools: Tools) => Promise<CommandResult>;

/** Operands begin behind the verb. */
const VERBS: Readonly<Record<string, Verb>> = { create: createJob };

/** Part of the interface, not of this version. */
const MISSING = ['start', 'stop', 'restart', 'reload', 'status', 'run'];

export async function job(request: Request, face: Face, tools: Tools): Promise<CommandResult> {
  const [word = '', ...operands] = request.operands;
  const name = word.replaceAll('-', '_');
  const verb = Object.hasOwn(VERBS, name) ? VERBS[name] : undefined;
  if (verb) return verb({ ...request, operands }, face, tools);
  throw refusal(word);
}

function refusal(word: string): Failure {
  const known = Object.keys(VERBS);
  const hint = `available are: ${known.join(', ')}`;
  if (MISSING.includes(word)) return new Failure(`job ${word} is not available in this version`, { exitCode: 2, hint });
  if (word === '') return new Failure('what about which job? usage: maand job create NAME', { exitCode: 2, hint });
  const nearest = didYouMean(word, [...known, ...MISSING]);
  return new Failure(`job has no verb ${quoted(word)}`, { exitCode: 2, hint: nearest ?? hint });
}
