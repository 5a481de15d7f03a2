/** What an operator decides by hand about a state that cannot be proven. Only the store that is opened for it hears of it. */

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
