/**
 * The interface of the Actions cache for the rest of the program, and the outcomes of its calls. `none` always comes
 * from an answer of the service. A missing answer and a refusal have other kinds.
 */

/** A call that failed. `reason` is a clause for a message and contains no URLs and no tokens. */
export interface Trouble {
  /**
   * `conflict`: the key is already used. `denied`: this run lacks the permission. `quota`: the storage is full, or the
   * spending limit is reached. `unavailable`: there was no usable answer, so nothing is known. `corrupt`: there is an
   * entry, but this program did not write it.
   */
  readonly kind: 'conflict' | 'denied' | 'quota' | 'rate-limited' | 'unavailable' | 'corrupt';
  readonly reason: string;
  /** Set for `rate-limited` when the service gave a time. */
  readonly retryAfterSeconds?: number;
}

/** This run has no cache. `reason` is a clause for a notice that explains why. */
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

/** `unknown`: the token does not contain the permission, for example on self-hosted cache servers. */
export type MayWrite = 'yes' | 'no' | 'unknown';

export interface FindRequest {
  /** Prefixes of the key, at most ten, with the preferred prefix first. Each prefix ends with a delimiter. */
  readonly prefixes: readonly string[];
  readonly signal: AbortSignal;
}

export interface SaveRequest {
  /** Called for every attempt. Never returns the same key twice. */
  readonly newKey: () => string;
  readonly bytes: Buffer;
  readonly signal: AbortSignal;
}

export interface ActionsCache {
  readonly kind: 'open';
  /**
   * Whether this run may write. The token of the runner contains this permission, so it is known before the first
   * change.
   */
  readonly mayWrite: MayWrite;
  /**
   * Finds the newest entry. Searches this run's ref first, then the base of the pull request, then the default branch.
   * After an abort, returns `unavailable`.
   */
  find(request: FindRequest): Promise<FindOutcome>;
  /**
   * Stores a new entry and reads it back. After an abort, returns `unavailable`, because it is unknown whether the
   * entry was stored.
   */
  save(request: SaveRequest): Promise<SaveOutcome>;
}

export function unavailable(reason: string): Trouble {
  return { kind: 'unavailable', reason };
}
