/** What an operator is shown of the state: every copy, the lock, and whether a run could start from it. */
import type { StateDocument } from './document.ts';
import type { StopCode } from './stop.ts';

export interface StateCopy {
  /** A path, a worker, or `the cache`. */
  readonly where: string;
  readonly status: 'found' | 'none' | 'unknown' | 'refused';
  readonly lineage?: string;
  readonly serial?: number;
  /** SHA-256, hex. */
  readonly digest?: string;
  readonly updateSeq?: number;
  /** Who wrote it and when. */
  readonly writer?: string;
  /** Bucket id → `update_seq` of every bucket that is deployed there. */
  readonly buckets?: Readonly<Record<string, number>>;
  /** Why it is unknown or refused. */
  readonly problem?: string;
}

export interface LockPicture {
  /** Workers, or the lock file. */
  readonly where: readonly string[];
  readonly token: string;
  readonly runId: string;
  readonly command: string;
  readonly actor: string;
  /** Link to the run, empty on a laptop. */
  readonly url: string;
  /** ISO 8601; empty: not known. */
  readonly since: string;
  /** Of a lock that ends by itself: the last sign of life, and how long it lasts after that. */
  readonly renewedSecondsAgo?: number;
  readonly ttlSeconds?: number;
}

export type StateVerdict =
  | { readonly kind: 'proven'; readonly document: StateDocument }
  | { readonly kind: 'none' }
  /** No run starts from it; `document`: the newest that could be opened. */
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
  /** Why the cache may not be written from here. */
  readonly cacheReadOnly?: string;
}

export type Unlocking =
  /** `unasked`: places that did not answer, each with its reason. */
  | { readonly kind: 'none'; readonly unasked: readonly string[] }
  | { readonly kind: 'another'; readonly locks: readonly LockPicture[] }
  | { readonly kind: 'broken'; readonly lock: LockPicture; readonly problems: readonly string[] };

/** Whether a person who types `word` means this lock. */
export function isMeant({ token, runId }: LockPicture, word: string): boolean {
  return word === token || word === runId;
}

/** One sentence on who has a lock. */
export function describeLock({ command, actor, url, runId, since, where, token }: LockPicture): string {
  const when = since === '' ? '' : ` since ${since}`;
  return `"${command}" by ${actor}${when} (${url || `run ${runId}`}) on ${where.join(', ')}, token ${token}`;
}

/** Higher than every serial that anybody has seen. */
export function serialAbove(copies: readonly StateCopy[]): number {
  return Math.max(0, ...copies.map(({ serial = 0 }) => serial)) + 1;
}
