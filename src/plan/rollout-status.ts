/** Names where an allocation stands, for `maand cat deployments`. */

/** Where one allocation stands. Hashes of trees; an empty one is not known or was never there, an empty version is 0.0.0. */
export interface RolloutState {
  readonly removed: boolean;
  readonly disabled: boolean;
  /** What a deploy would deliver now. */
  readonly current: string;
  /** What was promoted. */
  readonly previous: string;
  readonly currentVersion: string;
  readonly newVersion: string;
  /** What was rolled out and not seen healthy yet. */
  readonly applied?: string;
  /** What lies on the worker, where that is known. */
  readonly delivered?: string;
}

export type RolloutStatus = 'removed' | 'disabled_restart' | 'disabled' | 'applied' | 'new' | 'restart' | 'promoted';

/**
 * Returns the status of the first condition that holds. `applied`: the command ran with this tree and health was not
 * confirmed yet; a deploy asks for health and promotes it without a restart.
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
