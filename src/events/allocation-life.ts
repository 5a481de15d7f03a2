/**
 * Names the stages in the life of one allocation, from its placement to its end. Plan, rollout, state and gc use only
 * these words. docs/architecture.md describes the stages in full.
 */

export const ALLOCATION_LIFE = [
  /** A build placed the job on the worker. Nothing is on the worker yet. */
  'placed',
  /** The tree for the worker exists on the runner. */
  'staged',
  /** The tree was sent to the worker. */
  'uploaded',
  /** Lifecycle commands now run in this tree. */
  'live',
  /** A lifecycle command began, but the end of the command was not recorded. */
  'begun',
  /** The lifecycle command succeeded. Health is not confirmed yet. */
  'applied',
  /** Health is confirmed. The tree counts as deployed. */
  'promoted',
  /** The previously promoted tree is live again. */
  'rolled back',
  /** `make stop` succeeded. Files and record still exist. */
  'stopped',
  /** The tree was removed from the worker. Data, logs and the record remain until `gc`. */
  'removed',
  /** Nothing of the allocation is left, either on the worker or in the state. */
  'gone',
] as const;

export type AllocationStage = (typeof ALLOCATION_LIFE)[number];
