/**
 * Prepares a run of all tests: a shared folder that is removed afterwards, and an environment in which short processes start
 * quickly.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/**
 * Prepares the run. Vitest calls this function before the first test file, and calls the returned function after the last
 * test file. Processes of tests inherit the variables.
 */
export function setup(): () => void {
  if (process.env.TEST_RUN_FOLDER !== undefined) return () => {}; // every project of Vitest calls this function
  const folder = mkdtempSync(join(tmpdir(), 'maand-run-'));
  process.env.TEST_RUN_FOLDER = folder;
  // hundreds of processes load the same bundle, and only the first process compiles it
  process.env.NODE_COMPILE_CACHE = join(folder, 'compiled');
  process.env.PATH = `${programsBehindShims(folder)}${delimiter}${process.env.PATH}`;
  return () => rmSync(folder, { recursive: true, force: true });
}

/**
 * Returns a folder with a link to the real Python. Version managers put a script before Python, and the script takes longer
 * than most hooks.
 */
function programsBehindShims(folder: string): string {
  const programs = join(folder, 'programs');
  mkdirSync(programs);
  const python = execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).trim();
  symlinkSync(python, join(programs, 'python3'));
  return programs;
}
