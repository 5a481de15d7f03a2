/** Provides the helper scripts that every delivery puts into `bin/` on a worker, for people who are logged in there. */
import { readProgram } from '../worker-side/read-program.ts';

/** Returns the helpers: file name → text. */
export function workerHelpers(): Readonly<Record<string, string>> {
  return Object.fromEntries(['runner', 'worker'].map((name) => [`${name}.sh`, readProgram(name)]));
}
