/**
 * Data that a run leaves for the `post` step in case the run is killed: the lock to release and the snapshot to save.
 */

import type { WorkerAddress } from '../transport/port.ts';
import type { Sealed } from './snapshot-header.ts';

export interface Handover {
  /** Token of the lock. */
  readonly token: string;
  readonly mark: string;
  readonly workers: readonly WorkerAddress[];
  /** The newest snapshot. Undefined while there is no snapshot. */
  readonly sealed: Sealed | undefined;
  /** Key of the snapshot in the cache. Undefined when the snapshot is not cached. */
  readonly cacheKey: string | undefined;
  /** True when the `post` step has nothing left to do. */
  readonly done: boolean;
}

/** A handover with the data that is needed to reach the workers. */
export interface RunHandover extends Handover {
  readonly bucketDir: string;
  readonly settings: { readonly sshKey: string; readonly sshProxyJump: string; readonly parallelWorkers: number };
  /** Host keys that are pinned in the state, as pairs of an address and a known_hosts line. */
  readonly hostKeys: readonly (readonly [string, string])[];
}
