/**
 * `maand state recover`: an operator declares a copy valid, although nothing proves that it is the newest. The copy becomes
 * the state in every place that answers. Its new serial is above all serials that were seen. The state records the operator
 * and the reason.
 */

import { Failure } from '../../base/failure.ts';
import { addressOf } from '../../catalog/address.ts';
import { type CommandResult, resultOf } from '../../session/face.ts';
import { inspectState, lockState, openStore, ownerOf } from '../../session/state-store.ts';
import { openKeys } from '../../session/which-state/state-key.ts';
import type { ReadBucket } from '../../session/with-bucket.ts';
import { lookAtWorkers } from '../../sight/look-at-workers.ts';
import type { Sight } from '../../sight/worker-facts.ts';
import type { StateDocument } from '../../state/document.ts';
import { openHashKey } from '../../state/hash-key.ts';
import { boxOf } from '../../state/keys.ts';
import { Ledger } from '../../state/ledger.ts';
import type { Overrides } from '../../state/overrides.ts';
import { type StatePicture, serialAbove } from '../../state/picture.ts';
import { repairDocument } from '../../state/repairs.ts';
import { type StopFailure, stopFailure } from '../../state/stop.ts';
import { PICTURE_WORDING, pictureJson, pictureText } from './state-show.ts';

export async function recoverState(input: ReadBucket): Promise<CommandResult> {
  const { from, acceptRollback, reason } = input.request.repair;
  if (reason === undefined) throw noReason(input);
  const hosts = input.workspace.workers.map(({ host }) => host);
  if (from !== undefined && !hosts.includes(from)) {
    throw stopFailure({
      code: 'state-command',
      message: `${from} is not a worker of this bucket`,
      hint: `there are: ${hosts.join(', ')}`,
      exitCode: 2,
    });
  }
  const keys = await openKeys(input);
  const before = await inspectState(input, keys, { purpose: 'change' });
  const { verdict } = before;
  if (verdict.kind === 'none') throw nothingThere();
  if (verdict.kind === 'proven' && from === undefined && !acceptRollback) return nothingToDo(before);
  const isProven = verdict.kind === 'proven' && from === undefined;
  const overrides = { acceptUnproven: !isProven, acceptRollback, ...(from === undefined ? {} : { from }) };
  const what = whatIsOverridden(verdict, from);
  const written = await takeOver({ input, keys, overrides, what, reason });
  const after = await inspectState(input, keys, { purpose: 'show' });
  return toResult({ before, after, written });
}

/** Describes the rule that the operator overrides. The state records this text. */
function whatIsOverridden(
  verdict: Exclude<StatePicture['verdict'], { kind: 'none' }>,
  from: string | undefined,
): string {
  if (verdict.kind === 'stopped') return verdict.message;
  const { serial } = verdict.document;
  return from === undefined
    ? `serial ${serial} was accepted although workers may be newer`
    : `the copy of ${from} was chosen over serial ${serial}`;
}

interface TakingOver {
  readonly input: ReadBucket;
  readonly keys: readonly Buffer[];
  readonly overrides: Overrides;
  readonly what: string;
  readonly reason: string;
}

async function takeOver({ input, keys, overrides, what, reason }: TakingOver): Promise<StateDocument> {
  const owner = ownerOf(input);
  await using held = await lockState(input, await openStore(input, keys, overrides));
  const loaded = await held.load();
  if (loaded.kind === 'none') throw nothingThere();
  const { document } = loaded;
  openHashKey(boxOf(keys), document);
  const { copies } = await inspectState(input, keys, { purpose: 'change', overrides }); // under the lock, no other run can write a higher serial
  const identities = identitiesIn(loaded.sights ?? (await askWorkers(input, document)), document.bucketId);
  const seen = identities.map(({ host, updateSeq }): [string, number] => [host, updateSeq]);
  const written = Math.max(0, ...identities.map(({ writer }) => writer?.serial ?? 0));
  const record = {
    at: new Date().toISOString(),
    actor: owner.actor,
    runId: owner.runId,
    what: `recovered from serial ${document.serial}: ${what}`,
    reason,
  };
  const serial = Math.max(serialAbove(copies), written + 1);
  const next = repairDocument(document, { record, serial, seen: new Map(seen) });
  await held.save(next);
  return next;
}

/** Returns the content of the bucket's `worker.json` from each worker that has this file. */
function identitiesIn(sights: ReadonlyMap<string, Sight>, bucketId: string) {
  return [...sights.values()].flatMap((sight) => {
    if (sight.kind === 'silent') return [];
    const identity = sight.facts.buckets.get(bucketId)?.identity;
    return typeof identity === 'object' ? [{ host: sight.facts.host, ...identity }] : [];
  });
}

/** Asks the workers when the state is in a file. Without an SSH key, returns an empty map. */
async function askWorkers({ tools, workspace, face }: ReadBucket, document: StateDocument) {
  const { bucketDir, settings, workers } = workspace;
  const ledger = new Ledger(document, { nowSeconds: () => 0, save: async () => {} }); // this ledger only collects host keys
  try {
    await tools.describeSshKey(workspace);
  } catch (thrown) {
    if (thrown instanceof Failure) return new Map<string, Sight>();
    throw thrown;
  }
  await using transport = await tools.openTransport({ bucketDir, settings, ledger });
  return lookAtWorkers(
    { ask: (...asked) => transport.exec(...asked), parallelWorkers: settings.parallelWorkers },
    workers.map((worker) => addressOf(worker, settings)),
    face.signal,
  );
}

function nothingThere(): StopFailure {
  return stopFailure({
    code: 'state-missing',
    message: 'there is no state to recover',
    hint: 'the first build makes it',
    exitCode: 2,
  });
}

function noReason({ request }: ReadBucket): StopFailure {
  const { from, acceptRollback } = request.repair;
  const words = [
    'maand state recover',
    from === undefined ? '' : `--from ${from}`,
    acceptRollback ? '--accept-rollback' : '',
  ];
  return stopFailure({
    code: 'state-command',
    message: 'state recover needs a reason, because it overrides the protection of the state',
    hint: `give the reason, which is kept in the state: ${words.filter(Boolean).join(' ')} --reason "…"`,
    exitCode: 2,
  });
}

function nothingToDo(picture: StatePicture): CommandResult {
  return resultOf({
    exitCode: 0,
    data: picture,
    wording: PICTURE_WORDING,
    show: (shown) => ({
      json: { ok: true, recovered: false, before: pictureJson(shown) },
      text: `${pictureText(shown)}\nnothing to recover: this state is proven\n`,
    }),
  });
}

interface Ending {
  readonly before: StatePicture;
  readonly after: StatePicture;
  readonly written: StateDocument;
}

function toResult({ before, after, written }: Ending): CommandResult {
  const proven = after.verdict.kind === 'proven' && after.verdict.document.serial === written.serial;
  const verdict = proven
    ? `recovered: serial ${written.serial} is the state from now on; look at maand plan before the next deploy\n`
    : `serial ${written.serial} was written, and is not proven yet: see above\n`;
  return resultOf({
    exitCode: proven ? 0 : 3,
    data: { before, after },
    wording: { before: PICTURE_WORDING, after: PICTURE_WORDING },
    show: (shown) => ({
      json: { ok: proven, recovered: true, before: pictureJson(shown.before), after: pictureJson(shown.after) },
      text: `before:\n${pictureText(shown.before)}\nafter:\n${pictureText(shown.after)}\n${verdict}`,
    }),
  });
}
