/** Finds the folder for temporary files of the action. */
import { tmpdir } from 'node:os';

/**
 * Returns the folder that the runner empties after the job. Outside of GitHub Actions, returns the temporary folder of the
 * system.
 */
export function temporaryFolderOf(env: Readonly<Record<string, string | undefined>>): string {
  return env.RUNNER_TEMP || tmpdir();
}
