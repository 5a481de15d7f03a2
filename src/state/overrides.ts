/**
 * Decisions that an operator makes by hand about a state that cannot be proven. Only the store that is opened for them
 * receives them.
 */

/** An operator's decision that a state is valid although it is not proven, or that no state can be lost. */
export interface Overrides {
  /** The copy of this worker is used, whatever other workers hold. */
  readonly from?: string;
  readonly acceptRollback?: boolean;
  /** The newest copy that was found is used, on all workers that answer. */
  readonly acceptUnproven?: boolean;
  /** A first state may be written although a bucket is already deployed. */
  readonly adopt?: boolean;
}
