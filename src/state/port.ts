/**
 * The ports to the places of a state. Each port allows only what its callers need: saving needs the lock, so only a
 * held lock can save. The adapters are a file, and the workers with the Actions cache.
 */
import type { Fence } from '../transport/guarded-workers.ts';
import type { StateDocument } from './document.ts';
import type { StatePicture, Unlocking } from './picture.ts';

/** Who has the lock; shown to users whose run is refused. */
export interface LockOwner {
  readonly runId: string;
  readonly command: string;
  /** Who started the run; on a laptop the local user. */
  readonly actor: string;
  /** Link to the run; empty on a laptop. */
  readonly url: string;
  /** When the run asked for the lock, in ISO 8601. */
  readonly at?: string;
}

/**
 * `none` is a certain answer: there is no state. When a state cannot be read or proven, a `Failure` (exit code 3) is
 * thrown instead.
 */
export type StateLoad = { readonly kind: 'found'; readonly document: StateDocument } | { readonly kind: 'none' };

/**
 * A fence that does nothing, for commands that change no worker, and for states whose lock cannot be lost unnoticed.
 */
export const NO_FENCE: Fence = { line: () => undefined, forget: () => undefined };

/** Reads the newest state without a lock. */
export interface StateReader {
  /** Name of the place in messages, e.g. `data/state.json`. */
  readonly description: string;
  load(signal: AbortSignal): Promise<StateLoad>;
}

export interface StateStore extends StateReader {
  /**
   * Excludes other runs until the result is disposed. Throws a `Failure` (exit code 3) that names the owner of the lock
   * after `waitMs`.
   */
  lock(owner: LockOwner, waitMs: number, signal: AbortSignal): Promise<HeldState>;
}

/** The state while this run has its lock. Disposing it releases the lock; disposing it again does nothing. */
export interface HeldState extends AsyncDisposable {
  /** Returns the newest state, including everything that was saved under this lock. */
  load(): Promise<StateLoad>;
  /**
   * Saves the document, which is durable when this resolves. Throws a `Failure` (exit code 3) unless the stored
   * document has the previous serial.
   */
  save(document: StateDocument): Promise<void>;
  /** Protects workers from this run after it loses its lock without noticing. */
  readonly fence: Fence;
}

/** What an operator may see and break. Changes nothing in the state itself. */
export interface StateInspector {
  /**
   * Returns every copy and the lock, and writes nothing. A reason that stops a run is part of the picture and not
   * thrown.
   */
  inspect(signal: AbortSignal): Promise<StatePicture>;
  /** Breaks only the lock with this token or run id. */
  unlock(word: string, signal: AbortSignal): Promise<Unlocking>;
}
