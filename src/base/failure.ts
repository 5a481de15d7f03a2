/** Defines the error that ends a command on purpose: exit code, message and hint. */
import type { Diagnostic } from './diagnostic.ts';

/**
 * 1: the operation failed. 2: wrong usage or an invalid workspace, and nothing was touched. 3: refused, to protect the
 * state or a running deploy.
 */
export type FailureExitCode = 1 | 2 | 3;

export interface FailureDetails {
  readonly exitCode: FailureExitCode;
  /** What the user can do about it: one sentence or one command. */
  readonly hint?: string;
  /** A stable name of this kind of failure, for scripts. */
  readonly code?: string;
  /** The section of the documentation that says more, as `docs/PAGE.md#SECTION`. */
  readonly see?: string;
  readonly diagnostics?: readonly Diagnostic[];
  readonly cause?: unknown;
}

/** Ends a command with a text for the person who reads it. Anything else that is thrown is a bug or a broken machine. */
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

/** Returns the message of anything that was thrown, without its stack. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
