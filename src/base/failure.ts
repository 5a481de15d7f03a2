/**
 * Defines `Failure`, the error that ends a command deliberately. A `Failure` has an exit code, a message and a hint.
 */
import type { Diagnostic } from './diagnostic.ts';

/**
 * 1: the operation failed. 2: wrong usage or an invalid workspace; nothing was changed. 3: the command was refused, to
 * protect the state or a running deploy.
 */
export type FailureExitCode = 1 | 2 | 3;

export interface FailureDetails {
  readonly exitCode: FailureExitCode;
  /** What the user can do about the failure: one sentence or one command. */
  readonly hint?: string;
  /** A stable name of this kind of failure, for scripts. */
  readonly code?: string;
  /** The section of the documentation with more information, as `docs/PAGE.md#SECTION`. */
  readonly see?: string;
  readonly diagnostics?: readonly Diagnostic[];
  readonly cause?: unknown;
}

/**
 * Ends a command with a message for the user. A thrown value that is not a `Failure` means a bug in the program or a
 * problem of the machine.
 */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly exitCode: FailureExitCode;
  readonly hint: string | undefined;
  readonly code: string | undefined;
  readonly see: string | undefined;
  readonly diagnostics: readonly Diagnostic[];

  constructor(message: string, details: FailureDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.exitCode = details.exitCode;
    this.hint = details.hint;
    this.code = details.code;
    this.see = details.see;
    this.diagnostics = details.diagnostics ?? [];
  }
}

/** Returns the message of any thrown value, without a stack trace. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
