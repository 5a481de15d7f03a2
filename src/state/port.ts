/** The port to wherever state is kept. Adapters: a file, and the workers themselves with the Actions cache. */
import type { StateDocument } from './document.ts';
import type { StatePicture, Unlocking } from './picture.ts';

/** Who holds the lock: shown to whoever is refused. */
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

/** An operator's word that a state counts although it is not proven, or that there is none to be lost. */
export interface Overrides {
  /** This worker's copy counts, whatever the others hold. */
  readonly from?: string;
  readonly acceptRollback?: boolean;
  /** The newest copy found counts, on those that answer. */
  readonly acceptUnproven?: boolean;
  /** A first state may be written although a bucket is deployed already. */
  readonly adopt?: boolean;
}

/** `none` is an answer ("there is no state"), never a guess: what cannot be read or proved throws a `Failure` with exit code 3. */
export type StateLoad = { readonly kind: 'found'; readonly document: StateDocument } | { readonly kind: 'none' };

/** Lines of POSIX `sh` that a run puts before what it does on a worker. Undefined: none is needed. */
export interface WorkerGuard {
  /** Ends the shell when a newer run has taken the worker over. */
  readonly line: (worker: { readonly root: string }) => string | undefined;
  /** Removes what the state left on a worker that leaves, beside the bucket's own folder. */
  readonly forget: (worker: { readonly root: string }) => string | undefined;
}

export interface StateStore {
  /** What messages call it, e.g. `data/state.json`. */
  readonly description: string;
  load(signal: AbortSignal): Promise<StateLoad>;
  /** Keeps other runs out until disposed. Throws a `Failure` (exit code 3) naming the holder after `waitMs`. */
  lock(owner: LockOwner, waitMs: number, signal: AbortSignal): Promise<AsyncDisposable>;
  /** Durable once it resolves. Refused (`Failure`, exit code 3) unless what is stored has the serial just below. */
  save(document: StateDocument): Promise<void>;
  /** What protects workers from a run that lost its lock without noticing. */
  guard(): WorkerGuard;
  /** Every copy and the lock as they are; writes nothing. What stops a run is part of the picture, not thrown. */
  inspect(signal: AbortSignal): Promise<StatePicture>;
  /** Breaks the lock that has this token or run id, and no other. */
  unlock(word: string, signal: AbortSignal): Promise<Unlocking>;
}
