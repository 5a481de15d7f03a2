/** The port to wherever state is kept. Adapters: a file (now), the Actions cache with worker replicas (later). */
import type { StateDocument } from './document.ts';

/** Who holds the lock: shown to whoever is refused. */
export interface LockOwner {
  readonly runId: string;
  readonly command: string;
  /** `GITHUB_ACTOR`, or the local user. */
  readonly actor: string;
  /** Link to the run, empty on a laptop. */
  readonly url: string;
}

/** `none` is an answer ("there is no state"), never a guess: what cannot be read or proved throws a `Failure` with exit code 3. */
export type StateLoad = { readonly kind: 'found'; readonly document: StateDocument } | { readonly kind: 'none' };

export interface StateStore {
  /** What messages call it, e.g. `data/state.json`. */
  readonly description: string;
  load(signal: AbortSignal): Promise<StateLoad>;
  /** Keeps other runs out until disposed. Throws a `Failure` (exit code 3) naming the holder after `waitMs`. */
  lock(owner: LockOwner, waitMs: number, signal: AbortSignal): Promise<AsyncDisposable>;
  /** Durable once it resolves. Refused (`Failure`, exit code 3) unless what is stored has the serial just below. */
  save(document: StateDocument): Promise<void>;
}
