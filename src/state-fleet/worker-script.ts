/**
 * Builds the programs that a worker runs for the state, with their parameters. The files are below the worker's root.
 * `.maand/<mark>` contains the bucket of a state name. `.maand/<mark>.lock` contains the owner of the lock.
 * `.maand/<mark>.fence` contains the number of the newest lock on this worker. `<bucket id>/state/` contains HEAD and
 * the newest sealed snapshots.
 */
import { createHash } from 'node:crypto';
import { shellQuote } from '../base/text/shell-quote.ts';
import { type Parameters, workerProgram } from '../worker-side/program.ts';

/** The last line of the answer to `lookScript`. */
export const END_OF_ANSWER = 'end';
/** The word that a run sends to release its lock. */
export const RELEASE = 'release';
export const RELEASED = 'released';
const KEPT_SNAPSHOTS = 5;

export interface StatePlace {
  /** Root folder of the worker. */
  readonly root: string;
  readonly mark: string;
}

/**
 * Returns the name of a state's mark file on workers. It depends only on the state's name, so a run without state and
 * key can find the file.
 */
export function markOf(name: string): string {
  return createHash('sha256').update(`maand state name ${name}`).digest('hex').slice(0, 32);
}

export interface LockWish {
  readonly token: string;
  /** Token of a lock whose owner has provably ended. This lock is replaced in the same way as an expired lock. */
  readonly goneToken: string;
  readonly ttlSeconds: number;
  /** One line without control characters. It is shown to users whose run is refused. */
  readonly owner: string;
  /** Hosts whose lock is requested although they have no copy yet, because they will get a copy. */
  readonly newcomers: ReadonlySet<string>;
}

/** The lock request for one worker. */
export type WorkerWish = Omit<LockWish, 'newcomers'> & { readonly from: 'holders' | 'newcomers' };

export interface LookWishes {
  /**
   * When set, the script takes the lock first. After its answer, the script waits for the line `RELEASE` and then
   * releases the lock.
   */
  readonly wish?: WorkerWish | undefined;
  /**
   * When set, the script also sends the newest snapshot, unless that snapshot has this digest. The snapshot has the
   * form of lines of hex bytes that begin with a space.
   */
  readonly unless?: string | undefined;
}

/**
 * Returns the program that describes the state on a worker. With `wish`, it takes the lock first. `sighting.ts`
 * describes its answer. The program writes nothing without `wish`, and nothing on a worker that has no copy and should
 * not get one.
 */
export function lookScript(place: StatePlace, { wish, unless }: LookWishes = {}): string {
  return stateProgram(['sight/facts', 'state/look'], place, {
    wish: wish?.from ?? '',
    token: wish?.token ?? '',
    gone: wish?.goneToken ?? '',
    ttl: wish?.ttlSeconds ?? 0,
    owner: wish?.owner ?? '',
    send: unless === undefined ? 'no' : 'yes',
    have: unless ?? '',
  });
}

/** Returns the program that renews the lock. The program prints `lost` when another run has the lock. */
export function renewScript(place: StatePlace, token: string): string {
  return stateProgram('state/renew', place, { token });
}

export function releaseScript(place: StatePlace, token: string): string {
  return stateProgram('state/release', place, { token });
}

/** Returns the program that makes the worker refuse lower fences. It does not lower a higher fence. */
export function raiseFenceScript(place: StatePlace, fence: number): string {
  return stateProgram('state/raise-fence', place, { fence });
}

/** Returns the line that removes the name of the state from a worker that left the bucket. */
export function forgetLine({ root, mark }: StatePlace): string {
  return ['', '.lock', '.fence'].map((end) => `rm -f ${shellQuote(`${root}/.maand/${mark}${end}`)}`).join('; ');
}

export interface SnapshotWrite {
  readonly token: string;
  readonly bucketId: string;
  /**
   * Digest that HEAD must have. Empty when there must be no HEAD. `any` when an operator decided to save this snapshot.
   */
  readonly expected: string;
  readonly serial: number;
  readonly digest: string;
  readonly sizeBytes: number;
  /** Text of the HEAD file and of the mark file. */
  readonly head: string;
  readonly markText: string;
}

/**
 * Returns the program that saves its input as a snapshot when HEAD has the expected digest. It prints `lost`,
 * `conflict` or `short` when it refuses.
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

/** Returns the program that prints this snapshot as lines of hex bytes. It uses `od`, because every worker has `od`. */
export function readScript({ root }: StatePlace, { bucketId, serial, digest }: NamedSnapshot): string {
  const file = `${root}/${bucketId}/state/${snapshotName(serial, digest)}`;
  return `od -An -v -tx1 ${shellQuote(file)}`;
}

/** Returns the program that prints the names of the kept snapshots, newest first. */
export function listScript({ root }: StatePlace, bucketId: string): string {
  return workerProgram('state/list', { variables: { folder: `${root}/${bucketId}/state` } });
}

/**
 * Returns the line before every change of a worker. The line ends the shell when a newer run has had the lock on this
 * worker. Otherwise it records the fence of this run.
 */
export function fenceGuard({ root, mark }: StatePlace, fence: number): string {
  return workerProgram('state/fence', { variables: { root, mark, fence } });
}

function snapshotName(serial: number, digest: string): string {
  return `snapshot-${String(serial).padStart(12, '0')}-${digest.slice(0, 16)}`;
}

function stateProgram(
  names: string | readonly string[],
  { root, mark }: StatePlace,
  variables: NonNullable<Parameters['variables']>,
): string {
  return workerProgram(['state/place', ...[names].flat()], { variables: { root, mark, ...variables } });
}
