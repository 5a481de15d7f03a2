/**
 * Names the stages in the life of one allocation, from its placement to its end. Plan, rollout, state and gc use only
 * these words; docs/architecture.md tells the same story in full.
 */

export const ALLOCATION_LIFE = [
  /** A build placed the job on the worker; nothing is there yet. */
  'placed',
  /** The tree for the worker exists on the runner. */
  'staged',
  /** The tree was sent to the worker. */
  'uploaded',
  /** Lifecycle commands now run in this tree. */
  'live',
  /** A lifecycle command began; its end was not seen. */
  'begun',
  /** The lifecycle command succeeded; health was not confirmed yet. */
  'applied',
  /** Health was confirmed: this tree counts as deployed. */
  'promoted',
  /** The tree that was promoted before is live again. */
  'rolled back',
  /** `make stop` succeeded; files and record still exist. */
  'stopped',
  /** The tree was removed from the worker; data, logs and the record stay until `gc`. */
  'removed',
  /** Nothing is left of the allocation, neither on the worker nor in the state. */
  'gone',
] as const;

export type AllocationStage = (typeof ALLOCATION_LIFE)[number];
