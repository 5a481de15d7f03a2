/**
 * The interfaces to the places of a state. Each interface allows only what its callers need: saving needs the lock, so
 * only a held lock can save. The implementations are a file, and the workers together with the Actions cache.
 */
import type { Sight, Writer } from '../sight/worker-facts.ts';
import type { Fence } from '../transport/guarded-workers.ts';
import type { StateDocument } from './document.ts';
import type { StatePicture, Unlocking } from './picture.ts';

/** The owner of the lock. It is shown to users whose run is refused. */
export interface LockOwner {
  readonly runId: string;
  /** The attempt of the run. Missing in locks of earlier versions. */
  readonly attempt?: number;
  readonly command: string;
  /** The user who started the run. On a laptop, this is the local user. */
  readonly actor: string;
  /** Link to the run. Empty when the run is on a laptop. */
  readonly url: string;
  /** When the run requested the lock, in ISO 8601. */
  readonly at?: string;
}

/**
 * Returns true when `other` is an earlier attempt of the run of `mine`. GitHub starts an attempt of a run only after the
 * earlier one has ended, and both have the same run id.
 */
export function isFormerAttempt(mine: Omit<LockOwner, 'command'>, other: LockOwner): boolean {
  if (mine.url === '' || mine.url !== other.url || mine.runId !== other.runId) return false;
  return mine.attempt !== undefined && other.attempt !== undefined && other.attempt < mine.attempt;
}

/**
 * `none` means that there is certainly no state. When a state cannot be read or proven, a `Failure` (exit code 3) is
 * thrown instead.
 */
export type StateLoad = ({ readonly kind: 'found'; readonly document: StateDocument } | { readonly kind: 'none' }) & {
  /** Host → what the workers showed when they were asked for the state; absent when none was asked. */
  readonly sights?: ReadonlyMap<string, Sight>;
};

/**
 * A fence that does nothing. It is for commands that change no worker, and for states whose lock cannot be lost without
 * notice.
 */
export const NO_FENCE: Fence = { line: () => undefined, forget: () => undefined };

/** Reads the newest state without a lock. */
export interface StateReader {
  /** Name of the place in messages, such as `data/state.json`. */
  readonly description: string;
  /** Where the state is kept: in a file, or on the workers. */
  readonly kind: Writer['kind'];
  load(signal: AbortSignal): Promise<StateLoad>;
}

export interface StateStore extends StateReader {
  /**
   * Locks the state against other runs until the result is disposed. When another run still has the lock after
   * `waitMs`, throws a `Failure` (exit code 3) that names the owner.
   */
  lock(owner: LockOwner, waitMs: number, signal: AbortSignal): Promise<HeldState>;
}

/** The state while this run has its lock. Disposing releases the lock. Disposing again does nothing. */
export interface HeldState extends AsyncDisposable {
  /** Returns the newest state, including everything that was saved under this lock. */
  load(): Promise<StateLoad>;
  /**
   * Saves the document. The document is durable when the promise resolves. Throws a `Failure` (exit code 3) unless the
   * stored document has the previous serial.
   */
  save(document: StateDocument): Promise<void>;
  /** Protects workers against this run when it has lost its lock without noticing. */
  readonly fence: Fence;
}

/** Lets an operator see the state and break its lock. Changes nothing in the state itself. */
export interface StateInspector {
  /**
   * Returns every copy and the lock, and writes nothing. A reason that would stop a run is part of the result and is
   * not thrown.
   */
  inspect(signal: AbortSignal): Promise<StatePicture>;
  /** Breaks only the lock with this token or run id. */
  unlock(word: string, signal: AbortSignal): Promise<Unlocking>;
}
