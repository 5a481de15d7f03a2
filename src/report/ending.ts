/** Describes the end of a command without a result, in the same words for the action and the command line. */
import type { Diagnostic } from '../base/diagnostic.ts';
import { Failure, messageOf } from '../base/failure.ts';
import { describeSystemError } from '../base/system-error.ts';
import type { DeployJson } from './deploy-json.ts';
import { errorsFirst } from './diagnostic-text.ts';

export interface Ending {
  readonly kind: 'refused' | 'unexpected';
  readonly exitCode: 1 | 2 | 3;
  readonly message: string;
  readonly hint: string | undefined;
  readonly code: string | undefined;
  /** The page of the documentation with more details. */
  readonly see: string | undefined;
  readonly diagnostics: readonly Diagnostic[];
  /** Stack trace, shown only with `--verbose`. */
  readonly stack: string | undefined;
}

const REPORT_IT =
  'this should not happen: run it again with verbose on, and open an issue in the repository of this action with the output';

/**
 * Turns a thrown value into an ending. A `Failure` is expected. An error of the operating system has a message of its own.
 * Any other value is a bug (exit code 1).
 */
export function endingOf(thrown: unknown): Ending {
  if (thrown instanceof Failure) {
    const { exitCode, message, hint, code, see } = thrown;
    const diagnostics = errorsFirst(thrown.diagnostics);
    return { kind: 'refused', exitCode, message, hint, code, see, diagnostics, stack: undefined };
  }
  const { message, hint } = describeSystemError(thrown) ?? {
    message: `unexpected error: ${messageOf(thrown)}`,
    hint: REPORT_IT,
  };
  const stack = thrown instanceof Error ? thrown.stack : undefined;
  const bare = { code: undefined, see: undefined, diagnostics: [] };
  return { kind: 'unexpected', exitCode: 1, message, hint, ...bare, stack };
}

/**
 * Returns the JSON document of a command that ended without a result. It has the partial result of a deploy, and the findings
 * in the form of `build --check --json`.
 */
export function endingJson(
  { exitCode, message, hint, code, see, diagnostics }: Ending,
  progress: DeployJson | undefined,
) {
  const of = (severity: Diagnostic['severity']) =>
    diagnostics.filter((one) => one.severity === severity).map(findingJson);
  return {
    ...progress,
    ok: false,
    exit_code: exitCode,
    ...(code === undefined ? {} : { code }),
    error: message,
    ...(hint === undefined ? {} : { hint }),
    ...(see === undefined ? {} : { see }),
    errors: of('error'),
    warnings: of('warning'),
  };
}

function findingJson({ code, message, place, job, hint }: Diagnostic) {
  return { code, message, ...place, ...(job === undefined ? {} : { job }), ...(hint === undefined ? {} : { hint }) };
}
