/**
 * Reads a program of this folder. In the bundle, `rolldown.config.ts` replaces this module with a module that contains
 * the texts of all programs.
 */
import { readFileSync } from 'node:fs';

/** Returns the text of `<name>.sh`. The name may contain a folder. */
export function readProgram(name: string): string {
  return readFileSync(new URL(`./${name}.sh`, import.meta.url), 'utf8');
}
