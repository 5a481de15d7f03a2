/** The view of the state for an operator: every copy, the lock, and whether a run could start from this state. */
import type { StateDocument } from './document.ts';
import type { StopCode } from './stop.ts';

export interface StateCopy {
  /** Place of the copy: a path, a worker or `the cache`. */
  readonly where: string;
  readonly status: 'found' | 'none' | 'unknown' | 'refused';
  readonly lineage?: string;
  readonly serial?: number;
  /** SHA-256 in hex. */
  readonly digest?: string;
  readonly updateSeq?: number;
  /** The run that wrote the copy, and when. */
  readonly writer?: string;
  /** Bucket id → `update_seq`, for every bucket that is deployed on this worker. */
  readonly buckets?: Readonly<Record<string, number>>;
  /** Why the copy is unknown or refused. */
  readonly problem?: string;
}

export interface LockPicture {
  /** Places of the lock: the workers, or the lock file. */
  readonly where: readonly string[];
  readonly token: string;
  readonly runId: string;
  readonly command: string;
  readonly actor: string;
  /** Link to the run. Empty when the run is on a laptop. */
  readonly url: string;
  /** Time in ISO 8601. Empty when the time is unknown. */
  readonly since: string;
  /** For a lock that expires unless it is renewed: the age of the last renewal, and the lifetime after a renewal. */
  readonly renewedSecondsAgo?: number;
  readonly ttlSeconds?: number;
}

export type StateVerdict =
  | { readonly kind: 'proven'; readonly document: StateDocument }
  | { readonly kind: 'none' }
  /** No run can start from this state. `document` is the newest document that could be opened. */
  | {
      readonly kind: 'stopped';
      readonly code: StopCode;
      readonly message: string;
      readonly hint: string;
      readonly document: StateDocument | undefined;
    };

export interface StatePicture {
  readonly name: string;
  readonly copies: readonly StateCopy[];
  readonly locks: readonly LockPicture[];
  readonly verdict: StateVerdict;
  /** Why this run may not write to the cache. */
  readonly cacheReadOnly?: string;
}

export type Unlocking =
  /** `unasked`: places that did not answer, with the reasons. */
  | { readonly kind: 'none'; readonly unasked: readonly string[] }
  | { readonly kind: 'another'; readonly locks: readonly LockPicture[] }
  | { readonly kind: 'broken'; readonly lock: LockPicture; readonly problems: readonly string[] };

/** Returns whether `word` is the token or the run id of this lock. */
export function isMeant({ token, runId }: LockPicture, word: string): boolean {
  return word === token || word === runId;
}

/** Returns a text that names the owner of the lock. */
export function describeLock({ command, actor, url, runId, since, where, token }: LockPicture): string {
  const when = since === '' ? '' : ` since ${since}`;
  return `"${command}" by ${actor}${when} (${url || `run ${runId}`}) on ${where.join(', ')}, token ${token}`;
}

/** Returns a serial that is higher than the serials of all copies. */
export function serialAbove(copies: readonly StateCopy[]): number {
  return Math.max(0, ...copies.map(({ serial = 0 }) => serial)) + 1;
}
