/** The Actions cache as the rest of the program sees it, and what can come of a call to it. Only an answer of the service is `none`; silence and refusal have names of their own. */

/** A call that did not do what it was for. `reason` is a clause for a message, without URLs and tokens. */
export interface Trouble {
  /**
   * `conflict`: the key is taken. `denied`: this run may not. `quota`: no room, or the spending limit. `unavailable`: no usable
   * answer, so nothing is known. `corrupt`: there is an entry, and it cannot be one of ours.
   */
  readonly kind: 'conflict' | 'denied' | 'quota' | 'rate-limited' | 'unavailable' | 'corrupt';
  readonly reason: string;
  /** Of `rate-limited`, when the service said so. */
  readonly retryAfterSeconds?: number;
}

/** There is no cache to talk to; `reason` says why, as a clause for a notice. */
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

/** Stored, and read back byte by byte. */
export interface Saved {
  readonly kind: 'saved';
  readonly key: string;
}

export type FindOutcome = FoundEntry | None | Trouble;
export type SaveOutcome = Saved | Trouble;

/** `unknown`: the token does not tell, as on self-hosted cache servers. */
export type MayWrite = 'yes' | 'no' | 'unknown';

export interface FindRequest {
  /** What the key begins with, most wanted first, ten at most; each ends with a delimiter. */
  readonly prefixes: readonly string[];
  readonly signal: AbortSignal;
}

export interface SaveRequest {
  /** Called for every attempt; never gives the same key twice. */
  readonly newKey: () => string;
  readonly bytes: Buffer;
  readonly signal: AbortSignal;
}

export interface ActionsCache {
  readonly kind: 'open';
  /** Known before the first change, from the token of the runner. */
  readonly mayWrite: MayWrite;
  /** The newest entry, own ref first, then the base of the pull request, then the default branch. An abort is `unavailable`. */
  find(request: FindRequest): Promise<FindOutcome>;
  /** Stores a new entry and reads it back. An abort is `unavailable`: the entry may or may not be there. */
  save(request: SaveRequest): Promise<SaveOutcome>;
}

export function unavailable(reason: string): Trouble {
  return { kind: 'unavailable', reason };
}
