/** Tells whether a lock belongs to a former attempt of the run that asks. */
import type { LockOwner } from './port.ts';

/**
 * Returns true when `other` is an earlier attempt of the run of `mine`. GitHub starts an attempt of a run only after the
 * earlier one has ended, and both have the same run id.
 */
export function isFormerAttempt(mine: Omit<LockOwner, 'command'>, other: LockOwner): boolean {
  if (mine.url === '' || mine.url !== other.url || mine.runId !== other.runId) return false;
  return mine.attempt !== undefined && other.attempt !== undefined && other.attempt < mine.attempt;
}
