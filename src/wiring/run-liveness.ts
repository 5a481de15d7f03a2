/** Asks GitHub whether the run that holds a lock has ended. */
import type { RunIdentity } from '../request/run-identity.ts';
import type { LockOwner } from '../state/port.ts';

export interface LivenessRequest {
  readonly identity: Pick<RunIdentity, 'runId' | 'repository' | 'api'>;
  /** Token for GitHub's API. When it is undefined, GitHub is not asked. */
  readonly token: string | undefined;
}

const TIMEOUT_MS = 5000;

/**
 * Returns a function that asks GitHub whether the run with the lock has ended. When this is uncertain, the function
 * returns false, because the lock also expires when it is not renewed.
 */
export function runLiveness({ identity, token }: LivenessRequest): (owner: LockOwner) => Promise<boolean> {
  const { repository, api } = identity;
  return async ({ runId, url }) => {
    const isOfThisRepository = url.includes(`/${repository}/actions/runs/`) && /^\d+$/.test(runId);
    if (!token || !repository || !api || !isOfThisRepository || runId === identity.runId) return false;
    try {
      const answer = await fetch(`${api}/repos/${repository}/actions/runs/${runId}`, {
        headers: { authorization: `Bearer ${token}`, accept: 'application/vnd.github+json' },
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      const run = answer.ok ? ((await answer.json()) as { readonly status?: unknown }) : {};
      return run.status === 'completed';
    } catch {
      return false; // a missing answer proves nothing
    }
  };
}
