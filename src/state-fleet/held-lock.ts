/** The lock that a run has on workers, with the state that was proven when it took it. */
import type { Found, Nothing } from './find-state/search.ts';

export interface HeldLock {
  readonly token: string;
  readonly state: Found | Nothing;
  /** Hosts whose lock this run has. */
  readonly hosts: ReadonlySet<string>;
  /** Greater than that of every run before. */
  readonly fence: number;
}
