/**
 * The ports to wherever state is kept, each with no more than its callers may do: saving needs a lock, so only a held lock
 * can save. Adapters: a file, and the workers themselves with the Actions cache.
 */
import type { Fence } from '../transport/guarded-workers.ts';
import type { StateDocument } from './document.ts';
import type { StatePicture, Unlocking } from './picture.ts';

/** Who has the lock: shown to whoever is refused. */
export interface LockOwner {
  readonly runId: string;
  readonly command: string;
  /** Who started the run; the local user on a laptop. */
  readonly actor: string;
  /** Link to the run, empty on a laptop. */
  readonly url: string;
  /** When it asked for the lock, ISO 8601. */
  readonly at?: string;
}

/** `none` is an answer ("there is no state"), never a guess: what cannot be read or proved throws a `Failure` with exit code 3. */
export type StateLoad = { readonly kind: 'found'; readonly document: StateDocument } | { readonly kind: 'none' };

/** For commands that change no worker, and for states whose lock cannot be lost unnoticed. */
export const NO_FENCE: Fence = { line: () => undefined, forget: () => undefined };

/** Reads the newest state without a lock. */
export interface StateReader {
  /** What messages call it, e.g. `data/state.json`. */
  readonly description: string;
  load(signal: AbortSignal): Promise<StateLoad>;
}

export interface StateStore extends StateReader {
  /**
   * Keeps other runs out until the result is disposed. Throws a `Failure` (exit code 3) naming the owner of the lock after
   * `waitMs`.
   */
  lock(owner: LockOwner, waitMs: number, signal: AbortSignal): Promise<HeldState>;
}

/** The state while this run has its lock. Disposing of it gives the lock back; a second time does nothing. */
export interface HeldState extends AsyncDisposable {
  /** The newest state, with everything that was saved under this lock. */
  load(): Promise<StateLoad>;
  /** Durable once it resolves. Refused (`Failure`, exit code 3) unless what is stored has the serial just below. */
  save(document: StateDocument): Promise<void>;
  /** Protects workers from this run, should it lose its lock without noticing. */
  readonly fence: Fence;
}

/** What an operator sees and may break. Opens nothing for change. */
export interface StateInspector {
  /** Returns every copy and the lock as they are; writes nothing. What stops a run is part of the picture, not thrown. */
  inspect(signal: AbortSignal): Promise<StatePicture>;
  /** Breaks the lock that has this token or run id, and no other. */
  unlock(word: string, signal: AbortSignal): Promise<Unlocking>;
}
