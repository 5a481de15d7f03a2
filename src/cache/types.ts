/**
 * The Actions cache as the rest of the program sees it, and the outcomes of its calls. Only an answer of the service is
 * `none`; silence and refusal have kinds of their own.
 */

/** A call that failed. `reason` is a clause for a message, without URLs and tokens. */
export interface Trouble {
  /**
   * `conflict`: the key is taken. `denied`: this run lacks the permission. `quota`: the storage is full, or the
   * spending limit is reached. `unavailable`: there was no usable answer, so nothing is known. `corrupt`: there is an
   * entry, but this program did not write it.
   */
  readonly kind: 'conflict' | 'denied' | 'quota' | 'rate-limited' | 'unavailable' | 'corrupt';
  readonly reason: string;
  /** Set for `rate-limited` when the service named a time. */
  readonly retryAfterSeconds?: number;
}

/** This run has no cache; `reason` says why, as a clause for a notice. */
export interface Absent {
  readonly kind: 'absent';
  readonly reason: string;
}

export interface FoundEntry {
  readonly kind: 'found';
  readonly key: string;
  readonly bytes: Buffer;
}

export interface None {
  readonly kind: 'none';
}

/** The entry was stored and read back byte by byte. */
export interface Saved {
  readonly kind: 'saved';
  readonly key: string;
}

export type FindOutcome = FoundEntry | None | Trouble;
export type SaveOutcome = Saved | Trouble;

/** `unknown`: the token does not say, as on self-hosted cache servers. */
export type MayWrite = 'yes' | 'no' | 'unknown';

export interface FindRequest {
  /** Prefixes of the key, the preferred one first, at most ten; each ends with a delimiter. */
  readonly prefixes: readonly string[];
  readonly signal: AbortSignal;
}

export interface SaveRequest {
  /** Called for every attempt; it never returns the same key twice. */
  readonly newKey: () => string;
  readonly bytes: Buffer;
  readonly signal: AbortSignal;
}

export interface ActionsCache {
  readonly kind: 'open';
  /** Whether this run may write; the token of the runner tells it before the first change. */
  readonly mayWrite: MayWrite;
  /**
   * Finds the newest entry: first of this run's ref, then of the base of the pull request, then of the default branch.
   * An abort is `unavailable`.
   */
  find(request: FindRequest): Promise<FindOutcome>;
  /** Stores a new entry and reads it back. An abort is `unavailable`: it is unknown whether the entry was stored. */
  save(request: SaveRequest): Promise<SaveOutcome>;
}

export function unavailable(reason: string): Trouble {
  return { kind: 'unavailable', reason };
}
