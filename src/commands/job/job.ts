/**
 * `maand job VERB …`: commands that a user gives for single jobs. Each verb has its own command, and the first operand names
 * the verb.
 */
import { Failure } from '../../base/failure.ts';
import { didYouMean } from '../../base/text/nearest-name.ts';
import { quoted } from '../../base/text/quote.ts';
import type { Request } from '../../request/request.ts';
import type { CommandCall } from '../../session/command-call.ts';
import type { CommandResult } from '../../session/face.ts';
import { jobControl } from './job-control.ts';
import { createJob } from './job-create.ts';
import { parseTarget } from './job-target.ts';

const CONTROL = ['start', 'stop', 'restart', 'reload', 'status'];
const VERBS = [...CONTROL, 'run', 'create'];

export async function job(call: CommandCall): Promise<CommandResult> {
  const { request } = call;
  const [word = '', name] = request.operands;
  const verb = word.toLowerCase();
  if (verb === 'create') return createJob({ ...call, request: { ...request, operands: request.operands.slice(1) } });
  if (!VERBS.includes(verb)) throw refusal(word);
  const target = parseTarget(verb === 'run' ? targetOfRun(request) : verb);
  if (name === undefined) {
    throw new Failure(
      `the name of a job is missing (usage: maand job ${verb} JOB${verb === 'run' ? ' --target T' : ''})`,
      {
        exitCode: 2,
      },
    );
  }
  return jobControl(call, { target, jobs: name.split(',') });
}

function targetOfRun({ target }: Request): string {
  if (target !== undefined) return target;
  throw new Failure('job run needs a target', { exitCode: 2, hint: 'usage: maand job run JOB --target T' });
}

function refusal(word: string): Failure {
  const hint = `available are: ${VERBS.join(', ')}`;
  if (word === '') return new Failure('the verb is missing (usage: maand job VERB JOB)', { exitCode: 2, hint });
  return new Failure(`job has no verb ${quoted(word)}`, { exitCode: 2, hint: didYouMean(word, VERBS) ?? hint });
}
