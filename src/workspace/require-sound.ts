/** Ends a command when the findings about a bucket include an error. */
import { type Diagnostic, hasErrors } from '../base/diagnostic.ts';
import { Failure } from '../base/failure.ts';

/** The receiver of the warnings. */
export interface Warned {
  readonly warn: (diagnostics: readonly Diagnostic[]) => void;
}

/**
 * Throws a `Failure` (exit code 2) with all findings when one of them is an error. Otherwise passes the findings, which
 * are all warnings, to `warn`.
 */
export function requireSound(diagnostics: readonly Diagnostic[], { warn }: Warned): void {
  if (hasErrors(diagnostics)) {
    const count = diagnostics.filter(({ severity }) => severity === 'error').length;
    throw new Failure(`the workspace has ${count} error${count === 1 ? '' : 's'}`, { exitCode: 2, diagnostics });
  }
  warn(diagnostics);
}
