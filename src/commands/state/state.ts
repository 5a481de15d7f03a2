/** `maand state VERB`: commands that let an operator inspect or repair the state. Each verb has its own file. */
import { quoted } from '../../base/text/quote.ts';
import type { RepairRequest, Request } from '../../request/request.ts';
import type { CommandCall } from '../../session/command-call.ts';
import type { CommandResult } from '../../session/face.ts';
import { type ReadBucket, withBucket } from '../../session/with-bucket.ts';
import { type StopFailure, stopFailure } from '../../state/stop.ts';
import { adoptState } from './state-adopt.ts';
import { exportState } from './state-export.ts';
import { recoverState } from './state-recover.ts';
import { rotateKey } from './state-rotate-key.ts';
import { showState } from './state-show.ts';
import { unlockState } from './state-unlock.ts';

/** Options that only some verbs use. */
type VerbOption = keyof RepairRequest | 'outPath';

interface Verb {
  readonly run: (input: ReadBucket, operand: string | undefined) => Promise<CommandResult>;
  readonly usage: string;
  readonly takesOperand?: true;
  readonly options: readonly VerbOption[];
}

const VERBS: Readonly<Record<string, Verb>> = {
  show: { run: showState, usage: 'show', options: [] },
  unlock: { run: unlockState, usage: 'unlock TOKEN|RUN-ID', takesOperand: true, options: [] },
  export: { run: exportState, usage: 'export [--out FILE]', options: ['outPath'] },
  recover: {
    run: recoverState,
    usage: 'recover [--from HOST] [--accept-rollback] --reason TEXT',
    options: ['from', 'acceptRollback', 'reason'],
  },
  'rotate-key': { run: rotateKey, usage: 'rotate-key [--new-key]', options: ['newKey'] },
  adopt: { run: adoptState, usage: 'adopt [BUCKET-ID] [--import FILE]', takesOperand: true, options: ['import'] },
};

const FLAGS: Readonly<Record<VerbOption, string>> = {
  from: '--from',
  acceptRollback: '--accept-rollback',
  reason: '--reason',
  outPath: '--out',
  newKey: '--new-key',
  import: '--import',
};

export async function state(call: CommandCall): Promise<CommandResult> {
  const { verb, operand } = readVerb(call.request);
  return withBucket(call, (bucket) => verb.run(bucket, operand));
}

/** Returns the verb. Throws a `Failure` (exit code 2) for every option or operand that the verb does not use. */
function readVerb({ operands, repair, outPath }: Request): {
  readonly verb: Verb;
  readonly operand: string | undefined;
} {
  const [word = '', operand] = operands;
  const name = word.replaceAll('_', '-');
  const verb = Object.hasOwn(VERBS, name) ? VERBS[name] : undefined;
  const usage = (one: Verb) => `maand state ${one.usage}`;
  if (!verb) {
    const message = word === '' ? 'state needs a verb' : `state has no verb ${quoted(word)}`;
    throw misused(message, `there are: ${Object.keys(VERBS).join(', ')}`);
  }
  if (operand !== undefined && !verb.takesOperand) {
    throw misused(`state ${name} does not accept the word ${quoted(operand)}`, `usage: ${usage(verb)}`);
  }
  const asked = { ...repair, outPath };
  const given = (Object.keys(FLAGS) as VerbOption[]).filter((one) => Boolean(asked[one]));
  const unheard = given.filter((one) => !verb.options.includes(one)).map((one) => FLAGS[one]);
  if (unheard.length === 0) return { verb, operand };
  throw misused(`state ${name} has no use for ${unheard.join(', ')}`, `usage: ${usage(verb)}`);
}

function misused(message: string, hint: string): StopFailure {
  return stopFailure({ code: 'state-command', message, hint, exitCode: 2 });
}
