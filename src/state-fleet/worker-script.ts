/**
 * What a worker does for the state, as programs with their parameters. Below the worker's root, `.maand/<mark>` tells which bucket
 * a state name belongs to, `.maand/<mark>.lock` who may change it, `.maand/<mark>.fence` the newest lock ever given here;
 * `<bucket id>/state/` holds HEAD and the newest sealed snapshots.
 */
import { createHash } from 'node:crypto';
import { shellQuote } from '../base/text/shell-quote.ts';
import { type Parameters, workerProgram } from '../worker-side/program.ts';

/** The last line of an answer to `lookScript`. */
export const END_OF_ANSWER = 'end';
/** The last word that gives a lock back, and what is answered. */
export const RELEASE = 'release';
export const RELEASED = 'released';
const KEPT_SNAPSHOTS = 5;

export interface StatePlace {
  /** Of the worker. */
  readonly root: string;
  readonly mark: string;
}

/** The file name of a state's marks on workers: a run that has no state and no key finds them by its name alone. */
export function markOf(name: string): string {
  return createHash('sha256').update(`maand state name ${name}`).digest('hex').slice(0, 32);
}

export interface LockWish {
  readonly token: string;
  /** Token of a lock whose owner is proved gone; it is replaced like an expired one. */
  readonly goneToken: string;
  readonly ttlSeconds: number;
  /** One line without control characters, shown to whoever is refused. */
  readonly owner: string;
  /** Hosts whose lock is asked for although they hold no copy yet: they are about to get one. */
  readonly newcomers: ReadonlySet<string>;
}

/** The wish as one worker hears it. */
export type WorkerWish = Omit<LockWish, 'newcomers'> & { readonly from: 'holders' | 'newcomers' };

export interface LookWishes {
  /** Takes the lock first, and once it is there waits for one more line, `RELEASE`, to give it back. */
  readonly wish?: WorkerWish | undefined;
  /** Sends the newest snapshot along, in lines of hex bytes that begin with a space, unless it has this digest. */
  readonly unless?: string | undefined;
}

/**
 * Looks, and with a wish takes the lock before looking; see `sighting.ts` for the answer. Nothing is written without a wish, nor
 * on a worker without a copy that is not meant to get one.
 */
export function lookScript(place: StatePlace, { wish, unless }: LookWishes = {}): string {
  return stateProgram('state/look', place, {
    wish: wish?.from ?? '',
    token: wish?.token ?? '',
    gone: wish?.goneToken ?? '',
    ttl: wish?.ttlSeconds ?? 0,
    owner: wish?.owner ?? '',
    send: unless === undefined ? 'no' : 'yes',
    have: unless ?? '',
  });
}

/** Makes the lock last again; `lost` on standard output when it is another run's. */
export function renewScript(place: StatePlace, token: string): string {
  return stateProgram('state/renew', place, { token });
}

export function releaseScript(place: StatePlace, token: string): string {
  return stateProgram('state/release', place, { token });
}

/** Makes sure that the worker refuses fences below this one; a higher one stays. */
export function raiseFenceScript(place: StatePlace, fence: number): string {
  return stateProgram('state/raise-fence', place, { fence });
}

/** A worker that left forgets the state's name. */
export function forgetLine({ root, mark }: StatePlace): string {
  return ['', '.lock', '.fence'].map((end) => `rm -f ${shellQuote(`${root}/.maand/${mark}${end}`)}`).join('; ');
}

export interface SnapshotWrite {
  readonly token: string;
  readonly bucketId: string;
  /** Digest that HEAD must hold; empty: there must be none; `any`: an operator has decided that this one counts. */
  readonly expected: string;
  readonly serial: number;
  readonly digest: string;
  readonly sizeBytes: number;
  /** Lines of HEAD and of the mark. */
  readonly head: string;
  readonly markText: string;
}

/** Compare and swap; the snapshot is the script's input. `lost`, `conflict` or `short` on standard output when it was refused. */
export function writeScript(place: StatePlace, write: SnapshotWrite): string {
  const { token, bucketId, expected, serial, digest, sizeBytes, head, markText } = write;
  return stateProgram('state/write', place, {
    token,
    bucket: bucketId,
    want: expected,
    size: sizeBytes,
    name: snapshotName(serial, digest),
    head,
    text: markText,
    kept: KEPT_SNAPSHOTS,
  });
}

/** Which snapshot of a bucket. */
export interface NamedSnapshot {
  readonly bucketId: string;
  readonly serial: number;
  readonly digest: string;
}

/** The snapshot that HEAD names, as lines of hex bytes: every worker has `od`. */
export function readScript({ root }: StatePlace, { bucketId, serial, digest }: NamedSnapshot): string {
  const file = `${root}/${bucketId}/state/${snapshotName(serial, digest)}`;
  return `od -An -v -tx1 ${shellQuote(file)}`;
}

/** Names of the snapshots that are kept, newest first. */
export function listScript({ root }: StatePlace, bucketId: string): string {
  return workerProgram('state/list', { variables: { folder: `${root}/${bucketId}/state` } });
}

/** For whatever changes a worker: it ends the shell when a newer run has had the lock here, and notes its own number. */
export function fenceGuard({ root, mark }: StatePlace, fence: number): string {
  return workerProgram('state/fence', { variables: { root, mark, fence } });
}

function snapshotName(serial: number, digest: string): string {
  return `snapshot-${String(serial).padStart(12, '0')}-${digest.slice(0, 16)}`;
}

function stateProgram(
  name: string,
  { root, mark }: StatePlace,
  variables: NonNullable<Parameters['variables']>,
): string {
  return workerProgram(['state/place', name], { variables: { root, mark, ...variables } });
}
