/** What a run leaves for the step after it, should it not come to its own end: the lock to give back, the copy to save. */

import type { WorkerAddress } from '../transport/port.ts';
import type { Sealed } from './snapshot-header.ts';

export interface Handover {
  /** Of the lock. */
  readonly token: string;
  readonly mark: string;
  readonly workers: readonly WorkerAddress[];
  /** The newest snapshot; undefined: there is none yet. */
  readonly sealed: Sealed | undefined;
  /** Where it belongs in the cache; undefined: nowhere. */
  readonly cacheKey: string | undefined;
  /** Nothing is left to do. */
  readonly done: boolean;
}

/** With the way to the workers. */
export interface RunHandover extends Handover {
  readonly bucketDir: string;
  readonly settings: { readonly sshKey: string; readonly sshProxyJump: string; readonly parallelWorkers: number };
  /** Keys that are pinned in the state: address and known_hosts line. */
  readonly hostKeys: readonly (readonly [string, string])[];
}
