/**
 * Decisions that an operator makes by hand about a state that cannot be proven. Only a store that is opened with these
 * decisions applies them.
 */

/** An operator's decision to use a state that is not proven, or to confirm that no state can be lost. */
export interface Overrides {
  /** Uses the copy of this worker and ignores the copies of other workers. */
  readonly from?: string;
  readonly acceptRollback?: boolean;
  /** Uses the newest copy that was found, on all workers that answer. */
  readonly acceptUnproven?: boolean;
  /** Allows writing a first state although a bucket is already deployed. */
  readonly adopt?: boolean;
}
