/** Where findings about a bucket end a command. */
import { type Diagnostic, hasErrors } from '../base/diagnostic.ts';
import { Failure } from '../base/failure.ts';

/** Whoever hears of warnings. */
export interface Warned {
  readonly warn: (diagnostics: readonly Diagnostic[]) => void;
}

/** Throws a `Failure` with every finding when one of them is an error; warnings go to the face. */
export function requireSound(diagnostics: readonly Diagnostic[], { warn }: Warned): void {
  if (hasErrors(diagnostics)) {
    const count = diagnostics.filter(({ severity }) => severity === 'error').length;
    throw new Failure(`the workspace has ${count} error${count === 1 ? '' : 's'}`, { exitCode: 2, diagnostics });
  }
  warn(diagnostics);
}
