/** What a run leaves for the `post` step in case it dies: the lock to release and the snapshot to save. */

import type { WorkerAddress } from '../transport/port.ts';
import type { Sealed } from './snapshot-header.ts';

export interface Handover {
  /** Token of the lock. */
  readonly token: string;
  readonly mark: string;
  readonly workers: readonly WorkerAddress[];
  /** The newest snapshot; undefined when there is none yet. */
  readonly sealed: Sealed | undefined;
  /** Key of the snapshot in the cache; undefined when it is not cached. */
  readonly cacheKey: string | undefined;
  /** Whether nothing is left to do. */
  readonly done: boolean;
}

/** A handover together with what is needed to reach the workers. */
export interface RunHandover extends Handover {
  readonly bucketDir: string;
  readonly settings: { readonly sshKey: string; readonly sshProxyJump: string; readonly parallelWorkers: number };
  /** Host keys that are pinned in the state: address and known_hosts line. */
  readonly hostKeys: readonly (readonly [string, string])[];
}
