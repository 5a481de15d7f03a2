/** Finds out whether the run that holds a lock has ended: a former attempt of this run has, and GitHub knows the others. */
import { timeoutSignal } from '../base/abort.ts';
import type { RunIdentity } from '../request/run-identity.ts';
import { isFormerAttempt, type LockOwner } from '../state/port.ts';

export interface LivenessRequest {
  readonly identity: Pick<RunIdentity, 'runId' | 'attempt' | 'actor' | 'url' | 'repository' | 'api'>;
  /** Token for GitHub's API. When it is undefined, GitHub is not asked. */
  readonly token: string | undefined;
}

const TIMEOUT_MS = 5000;

/**
 * Returns a function that tells whether the run with the lock has ended. It asks GitHub, except about a former attempt of
 * this run. When the end is uncertain, the function returns false, because the lock also expires when it is not renewed.
 */
export function runLiveness({ identity, token }: LivenessRequest): (owner: LockOwner) => Promise<boolean> {
  const { repository, api } = identity;
  return async (owner) => {
    if (isFormerAttempt(identity, owner)) return true;
    const { runId, url, attempt } = owner;
    const isOfThisRepository = url.includes(`/${repository}/actions/runs/`) && /^\d+$/.test(runId);
    if (!token || !repository || !api || !isOfThisRepository || runId === identity.runId) return false;
    try {
      const answer = await fetch(`${api}/repos/${repository}/actions/runs/${runId}`, {
        headers: { authorization: `Bearer ${token}`, accept: 'application/vnd.github+json' },
        signal: timeoutSignal(TIMEOUT_MS),
      });
      const run = answer.ok ? ((await answer.json()) as RunAnswer) : {};
      return run.status === 'completed' || isAfter(run.run_attempt, attempt);
    } catch {
      return false; // a missing answer proves nothing
    }
  };
}

/** The part of GitHub's answer that is used. It describes the newest attempt of the run. */
interface RunAnswer {
  readonly status?: unknown;
  readonly run_attempt?: unknown;
}

/** Returns whether the run has begun a later attempt than the one with the lock. GitHub ends an attempt before the next. */
function isAfter(newest: unknown, attempt: unknown): boolean {
  return typeof newest === 'number' && typeof attempt === 'number' && newest > attempt;
}
