/** The lock that a run has on workers, with the state that was proven when the run took the lock. */
import type { Found, Nothing } from './find-state/search.ts';

export interface HeldLock {
  readonly token: string;
  readonly state: Found | Nothing;
  /** Hosts that this run has locked. */
  readonly hosts: ReadonlySet<string>;
  /** Fence of this lock. It is higher than the fence of every earlier lock. */
  readonly fence: number;
}
