/**
 * Provides the helper scripts that every delivery puts into `bin/` on a worker. People who are logged in to the worker
 * can use these scripts.
 */
import { readProgram } from '../worker-side/read-program.ts';

/** Returns the helper scripts as a record from file name to text. */
export function workerHelpers(): Readonly<Record<string, string>> {
  return Object.fromEntries(['runner', 'worker'].map((name) => [`${name}.sh`, readProgram(name)]));
}
