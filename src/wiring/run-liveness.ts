/** Asks GitHub whether the run that holds a lock has ended. */
import type { RunIdentity } from '../request/run-identity.ts';
import type { LockOwner } from '../state/port.ts';

export interface LivenessRequest {
  readonly identity: Pick<RunIdentity, 'runId' | 'repository' | 'api'>;
  /** For GitHub's API; undefined: nothing is asked. */
  readonly token: string | undefined;
}

const TIMEOUT_MS = 5000;

/** Whether GitHub says that the run which holds a lock has ended. Any doubt means that it lives: its lock ends by itself. */
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
      return false; // no answer proves nothing
    }
  };
}
