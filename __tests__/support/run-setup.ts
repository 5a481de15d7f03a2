/** What a whole run of tests shares: a folder that goes with it, and surroundings in which many short processes start quickly. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** Vitest calls it before the first test file and its answer after the last one; processes of tests inherit the variables. */
export function setup(): () => void {
  if (process.env.TEST_RUN_FOLDER !== undefined) return () => {}; // each project of Vitest calls it
  const folder = mkdtempSync(join(tmpdir(), 'maand-run-'));
  process.env.TEST_RUN_FOLDER = folder;
  // hundreds of processes load the same bundle: only the first one compiles it
  process.env.NODE_COMPILE_CACHE = join(folder, 'compiled');
  process.env.PATH = `${programsBehindShims(folder)}${delimiter}${process.env.PATH}`;
  return () => rmSync(folder, { recursive: true, force: true });
}

/** Version managers put a script before Python that takes several times as long as most hooks do. */
function programsBehindShims(folder: string): string {
  const programs = join(folder, 'programs');
  mkdirSync(programs);
  const python = execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).trim();
  symlinkSync(python, join(programs, 'python3'));
  return programs;
}
