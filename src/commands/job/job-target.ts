/** Parses the make target that the user gave to `maand job`. */
import { Failure } from '../../base/failure.ts';

const BUILT_IN = ['start', 'stop', 'restart', 'reload', 'status'];

/**
 * Returns the target for make: built-in targets in lower case, others unchanged. Throws a `Failure` (exit code 2) when the
 * text is not the name of exactly one target.
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
