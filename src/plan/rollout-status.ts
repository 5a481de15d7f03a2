/** Computes the rollout status of an allocation for `maand cat deployments`. */

/**
 * The state of one allocation. `current`, `previous`, `applied` and `delivered` are hashes of trees. An empty hash
 * means that the tree is unknown or never existed. An empty version means 0.0.0.
 */
export interface RolloutState {
  readonly removed: boolean;
  /** Set when a removed allocation may still run, because no run has recorded that it stopped. */
  readonly mayRun?: boolean;
  readonly disabled: boolean;
  /** The tree that a deploy would deliver now. */
  readonly current: string;
  /** The promoted tree. */
  readonly previous: string;
  readonly currentVersion: string;
  readonly newVersion: string;
  /** The tree that was rolled out, but is not confirmed healthy yet. */
  readonly applied?: string;
  /** The tree on the worker; undefined when this tree is unknown. */
  readonly delivered?: string;
}

export type RolloutStatus =
  | 'not_stopped'
  | 'removed'
  | 'disabled_restart'
  | 'disabled'
  | 'applied'
  | 'new'
  | 'restart'
  | 'promoted';

/**
 * Returns the first status whose condition is true. `applied` means that the command ran with this tree, but health was
 * not confirmed yet. The next deploy then checks health and promotes the tree without a restart.
 */
export function rolloutStatus(state: RolloutState): RolloutStatus {
  const { removed, disabled, current, previous, applied = '', delivered = current } = state;
  const versionsDiffer = versionOf(state.currentVersion) !== versionOf(state.newVersion);
  if (removed) return state.mayRun === true ? 'not_stopped' : 'removed';
  if (disabled) return previous !== '' && (previous !== current || versionsDiffer) ? 'disabled_restart' : 'disabled';
  if (applied !== '' && applied === current) return 'applied';
  if (previous === '') return 'new';
  return previous !== current || versionsDiffer || delivered !== current ? 'restart' : 'promoted';
}

function versionOf(text: string): string {
  return text === '' ? '0.0.0' : text;
}
