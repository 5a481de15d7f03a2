/**
 * Reads a program of this folder. In the bundle, `rolldown.config.ts` replaces this module with one that contains all
 * the texts.
 */
import { readFileSync } from 'node:fs';

/** Returns the text of `<name>.sh`; the name may contain a folder. */
export function readProgram(name: string): string {
  return readFileSync(new URL(`./${name}.sh`, import.meta.url), 'utf8');
}
