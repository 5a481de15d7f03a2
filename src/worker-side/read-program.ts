/** Reads a program of this folder. In the bundle, `rolldown.config.ts` puts a module with all the texts in place of this one. */
import { readFileSync } from 'node:fs';

/** Returns the text of `<name>.sh`; the name may hold a folder. */
export function readProgram(name: string): string {
  return readFileSync(new URL(`./${name}.sh`, import.meta.url), 'utf8');
}
