/** Finds the folder for temporary files of the action. */
import { tmpdir } from 'node:os';

/** What the runner empties after the job; outside of Actions the system's folder. */
export function temporaryFolderOf(env: Readonly<Record<string, string | undefined>>): string {
  return env.RUNNER_TEMP || tmpdir();
}
