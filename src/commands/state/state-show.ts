/**
 * `maand state show`: shows every copy, the lock, and unfinished work, even when no run could start from the state. Changes
 * nothing.
 */
import type { WordingOf } from '../../base/free-text.ts';
import { tableText } from '../../report/table.ts';
import { type CommandResult, resultOf } from '../../session/face.ts';
import { inspectState } from '../../session/state-store.ts';
import { openKeys } from '../../session/which-state/state-key.ts';
import type { ReadBucket } from '../../session/with-bucket.ts';
import type { AllocationRecord, StateDocument } from '../../state/document.ts';
import {
  describeLock,
  type LockPicture,
  type StateCopy,
  type StatePicture,
  type StateVerdict,
} from '../../state/picture.ts';
import { adviceOf, SECTIONS } from '../../state/stop.ts';

export async function showState(input: ReadBucket): Promise<CommandResult> {
  const picture = await inspectState(input, await openKeys(input), { purpose: 'show' });
  return resultOf({
    exitCode: picture.verdict.kind === 'stopped' ? 3 : 0,
    data: picture,
    wording: PICTURE_WORDING,
    show: (shown) => ({ json: pictureJson(shown), text: pictureText(shown) }),
  });
}

export const PICTURE_WORDING: WordingOf<StatePicture> = {
  name: 'name',
  copies: { where: 'name', lineage: 'name', digest: 'name', writer: 'name', problem: 'text' },
  locks: 'name',
  verdict: { message: 'text', hint: 'text', document: 'name' },
  cacheReadOnly: 'text',
};

/** Returns the picture of the state in the form that `--json` prints. */
export function pictureJson({ name, copies, locks, verdict }: StatePicture) {
  const document = verdict.kind === 'none' ? undefined : verdict.document;
  return {
    ok: verdict.kind !== 'stopped',
    name,
    verdict: verdict.kind,
    ...(verdict.kind === 'stopped' ? stopJson(verdict) : {}),
    lineage: document?.bucketId ?? null,
    serial: document?.serial ?? null,
    update_seq: document?.updateSeq ?? null,
    copies: copies.map(copyJson),
    members: document?.holders ?? [],
    locks: locks.map(lockJson),
    pending: pendingOf(document),
    host_keys: document?.hostKeys ?? {},
    repairs: (document?.repairs ?? []).map(({ runId, ...repair }) => ({ ...repair, run_id: runId })),
  };
}

function stopJson({ code, message, hint }: StateVerdict & { kind: 'stopped' }) {
  return { code, error: message, hint, see: SECTIONS[code] };
}

function copyJson({ where, status, lineage, serial, digest, updateSeq, writer, problem }: StateCopy) {
  return { where, status, lineage, serial, digest, update_seq: updateSeq, writer, problem };
}

function lockJson({ where, token, runId, command, actor, url, since, renewedSecondsAgo, ttlSeconds }: LockPicture) {
  const lasts = { renewed_seconds_ago: renewedSecondsAgo, ttl_seconds: ttlSeconds };
  return { where, token, run_id: runId, command, actor, url, since, ...lasts };
}

/** Returns the work that an earlier run started and did not finish. */
function pendingOf(document: StateDocument | undefined) {
  const named = ({ job, host }: AllocationRecord) => ({ job, worker: host });
  const allocations = document?.allocations ?? [];
  return {
    delivered: allocations.filter(isOnlyDelivered).map(named),
    applied: allocations.filter(({ applied }) => applied !== undefined).map(named),
    post_deploy: document?.postDeployPending ?? [],
  };
}

function isOnlyDelivered({ delivered, applied, promoted }: AllocationRecord): boolean {
  return delivered !== undefined && delivered !== (applied ?? promoted)?.hash;
}

/** Returns the picture as text for a terminal. */
export function pictureText(picture: StatePicture): string {
  const { name, copies, locks, verdict } = picture;
  const document = verdict.kind === 'none' ? undefined : verdict.document;
  return [
    `state of "${name}": ${verdictText(picture)}\n`,
    document ? `bucket ${document.bucketId}, serial ${document.serial}, update ${document.updateSeq}\n` : '',
    '\n',
    copies.length === 0 ? 'nobody was asked for a copy\n' : copiesTable(copies),
    '\n',
    locks.length === 0 ? 'no lock is held\n' : locks.map((lock) => `locked: ${lockText(lock)}\n`).join(''),
    document ? documentText(document) : '',
    verdict.kind === 'stopped' ? `what to do: ${adviceOf(verdict)}\n` : '',
  ].join('');
}

function verdictText({ verdict }: StatePicture): string {
  switch (verdict.kind) {
    case 'proven':
      return 'proven';
    case 'none':
      return 'there is none yet';
    case 'stopped':
      return `no run starts from it\n${verdict.message}`;
  }
}

function copiesTable(copies: readonly StateCopy[]): string {
  return tableText(
    ['copy', 'serial', 'update', 'digest', 'bucket', 'written by'],
    copies.map(({ where, status, serial, updateSeq, digest, lineage, writer, problem }) => [
      where,
      serial === undefined ? '-' : String(serial),
      updateSeq === undefined ? '-' : String(updateSeq),
      digest?.slice(0, 12) ?? '-',
      lineage?.slice(0, 8) ?? '-',
      status === 'found' ? (writer ?? '') : status === 'none' ? 'there is none' : `${status}: ${problem ?? ''}`,
    ]),
  );
}

function lockText(lock: LockPicture): string {
  const { renewedSecondsAgo, ttlSeconds } = lock;
  const life =
    renewedSecondsAgo === undefined ? '' : `; renewed ${renewedSecondsAgo} s ago, ends ${ttlSeconds} s after that`;
  return `${describeLock(lock)}${life}`;
}

function documentText(document: StateDocument): string {
  const { holders = [], hostKeys, repairs = [] } = document;
  const { delivered, applied, post_deploy: postDeploy } = pendingOf(document);
  const names = (list: readonly { readonly job: string; readonly worker: string }[]) =>
    list.map(({ job, worker }) => `${job}@${worker}`).join(', ');
  const lines = [
    ['held by', holders.join(', ')],
    ['delivered, not started', names(delivered)],
    ['started, health not confirmed', names(applied)],
    ['post_deploy pending', postDeploy.join(', ')],
    ...Object.entries(hostKeys).map(([address, line]) => [`host key of ${address}`, line]),
    ...repairs.map(({ at, actor, what, reason }) => ['by hand', `${at} by ${actor}: ${what} (${reason})`]),
  ];
  return lines.map(([what, text]) => (text === '' ? '' : `${what}: ${text}\n`)).join('');
}
