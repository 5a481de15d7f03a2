/** Parses the make target that a person gave to `maand job`. */
import { Failure } from '../../base/failure.ts';

const BUILT_IN = ['start', 'stop', 'restart', 'reload', 'status'];

/**
 * Returns the target as make receives it: built-in ones in lower case, others unchanged. Throws a `Failure` (exit code
 * 2) for anything that is not the name of one target.
 */
export function parseTarget(raw: string): string {
  const word = raw.trim();
  const builtIn = BUILT_IN.find((name) => name === word.toLowerCase());
  if (builtIn !== undefined) return builtIn;
  if (/^[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(word)) return word;
  throw new Failure(
    `invalid job control target "${raw}" (built-in: ${BUILT_IN.join(', ')}; custom targets must match [a-zA-Z0-9][a-zA-Z0-9_.-]*)`,
    { exitCode: 2, hint: 'give the name of one target of the Makefile' },
  );
}
