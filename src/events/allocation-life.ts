/**
 * The life of one allocation, from its placement to its end. Plan, rollout, state and gc use these words for it and no
 * others; docs/architecture.md tells the same story in full.
 */

export const ALLOCATION_LIFE = [
  /** A build put the job on the worker; nothing is there yet. */
  'placed',
  /** The tree that the worker should hold exists on the runner. */
  'staged',
  /** The tree was sent. */
  'uploaded',
  /** The tree is the one that lifecycle commands run in. */
  'live',
  /** A lifecycle command began, and its end was not seen. */
  'begun',
  /** The lifecycle command ended well; health was not confirmed. */
  'applied',
  /** Health was confirmed: this is the deployed truth. */
  'promoted',
  /** The tree that was promoted before is live again. */
  'rolled back',
  /** `make stop` ended well; files and record are still there. */
  'stopped',
  /** The tree left the worker; data, logs and the record stay until `gc`. */
  'removed',
  /** Nothing of it is left, neither on the worker nor in the state. */
  'gone',
] as const;

export type AllocationStage = (typeof ALLOCATION_LIFE)[number];
