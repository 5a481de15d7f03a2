/**
 * Makes the programs, with their parameters, that a worker runs for the state. Below the worker's root, `.maand/<mark>`
 * tells which bucket a state name belongs to, `.maand/<mark>.lock` who may change it, and `.maand/<mark>.fence` the
 * newest lock that was ever given here; `<bucket id>/state/` contains HEAD and the newest sealed snapshots.
 */
import { createHash } from 'node:crypto';
import { shellQuote } from '../base/text/shell-quote.ts';
import { type Parameters, workerProgram } from '../worker-side/program.ts';

/** The last line of an answer to `lookScript`. */
export const END_OF_ANSWER = 'end';
/** The word that releases a lock. */
export const RELEASE = 'release';
export const RELEASED = 'released';
const KEPT_SNAPSHOTS = 5;

export interface StatePlace {
  /** Root folder of the worker. */
  readonly root: string;
  readonly mark: string;
}

/**
 * Returns the file name of a state's mark on workers. It depends only on the name, so a run without state and key finds
 * it.
 */
export function markOf(name: string): string {
  return createHash('sha256').update(`maand state name ${name}`).digest('hex').slice(0, 32);
}

export interface LockWish {
  readonly token: string;
  /** Token of a lock whose owner has provably ended; it is replaced like an expired one. */
  readonly goneToken: string;
  readonly ttlSeconds: number;
  /** One line without control characters, shown to users whose run is refused. */
  readonly owner: string;
  /** Hosts that are asked for their lock although they have no copy yet, because they will get one. */
  readonly newcomers: ReadonlySet<string>;
}

/** The wish for one worker. */
export type WorkerWish = Omit<LockWish, 'newcomers'> & { readonly from: 'holders' | 'newcomers' };

export interface LookWishes {
  /** Takes the lock first. After that, the command waits for one more line, `RELEASE`, to release it. */
  readonly wish?: WorkerWish | undefined;
  /**
   * Sends the newest snapshot with the answer, in lines of hex bytes that begin with a space, unless it has this
   * digest.
   */
  readonly unless?: string | undefined;
}

/**
 * Returns the program that looks, and with a wish takes the lock before it looks; see `sighting.ts` for the answer.
 * Without a wish it writes nothing; neither does it on a worker that has no copy and should not get one.
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

/** Returns the program that renews the lock; it prints `lost` when another run has it. */
export function renewScript(place: StatePlace, token: string): string {
  return stateProgram('state/renew', place, { token });
}

export function releaseScript(place: StatePlace, token: string): string {
  return stateProgram('state/release', place, { token });
}

/** Returns the program that makes the worker refuse lower fences; a higher fence stays. */
export function raiseFenceScript(place: StatePlace, fence: number): string {
  return stateProgram('state/raise-fence', place, { fence });
}

/** Returns the line with which a worker that left forgets the name of the state. */
export function forgetLine({ root, mark }: StatePlace): string {
  return ['', '.lock', '.fence'].map((end) => `rm -f ${shellQuote(`${root}/.maand/${mark}${end}`)}`).join('; ');
}

export interface SnapshotWrite {
  readonly token: string;
  readonly bucketId: string;
  /** Digest that HEAD must have; empty when there must be no HEAD; `any` when an operator decided for this snapshot. */
  readonly expected: string;
  readonly serial: number;
  readonly digest: string;
  readonly sizeBytes: number;
  /** Lines of HEAD and of the mark file. */
  readonly head: string;
  readonly markText: string;
}

/**
 * Returns the program that saves its input as a snapshot, by compare and swap. It prints `lost`, `conflict` or `short`
 * when it refuses.
 */
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

/** Identifies a snapshot of a bucket. */
export interface NamedSnapshot {
  readonly bucketId: string;
  readonly serial: number;
  readonly digest: string;
}

/** Returns the program that prints the snapshot that HEAD names as lines of hex bytes, since every worker has `od`. */
export function readScript({ root }: StatePlace, { bucketId, serial, digest }: NamedSnapshot): string {
  const file = `${root}/${bucketId}/state/${snapshotName(serial, digest)}`;
  return `od -An -v -tx1 ${shellQuote(file)}`;
}

/** Returns the program that prints the names of the kept snapshots, newest first. */
export function listScript({ root }: StatePlace, bucketId: string): string {
  return workerProgram('state/list', { variables: { folder: `${root}/${bucketId}/state` } });
}

/**
 * Returns the line before every change of a worker: it ends the shell when a newer run has had the lock here, and
 * otherwise records the number of this run.
 */
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
