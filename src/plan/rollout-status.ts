/** Names the rollout status of an allocation, for `maand cat deployments`. */

/**
 * The state of one allocation. Hashes are those of trees; an empty hash is unknown or never existed, and an empty
 * version means 0.0.0.
 */
export interface RolloutState {
  readonly removed: boolean;
  readonly disabled: boolean;
  /** The tree that a deploy would deliver now. */
  readonly current: string;
  /** The promoted tree. */
  readonly previous: string;
  readonly currentVersion: string;
  readonly newVersion: string;
  /** The tree that was rolled out and is not confirmed healthy yet. */
  readonly applied?: string;
  /** The tree that lies on the worker, when it is known. */
  readonly delivered?: string;
}

export type RolloutStatus = 'removed' | 'disabled_restart' | 'disabled' | 'applied' | 'new' | 'restart' | 'promoted';

/**
 * Returns the status of the first condition that holds. `applied` means that the command ran with this tree and health
 * was not confirmed yet; a deploy then checks health and promotes the tree without a restart.
 */
export function rolloutStatus(state: RolloutState): RolloutStatus {
  const { removed, disabled, current, previous, applied = '', delivered = current } = state;
  const versionsDiffer = versionOf(state.currentVersion) !== versionOf(state.newVersion);
  if (removed) return 'removed';
  if (disabled) return previous !== '' && (previous !== current || versionsDiffer) ? 'disabled_restart' : 'disabled';
  if (applied !== '' && applied === current) return 'applied';
  if (previous === '') return 'new';
  return previous !== current || versionsDiffer || delivered !== current ? 'restart' : 'promoted';
}

function versionOf(text: string): string {
  return text === '' ? '0.0.0' : text;
}
