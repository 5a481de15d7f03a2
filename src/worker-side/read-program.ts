/** Reads a program of this folder. In the bundle, `rolldown.config.ts` puts a module with all the texts in place of this one. */
import { readFileSync } from 'node:fs';

/** The text of `<name>.sh`. */
export function readProgram(name: string): string {
  return readFileSync(new URL(`./${name}.sh`, import.meta.url), 'utf8');
}
