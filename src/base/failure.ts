/** The error with which a command ends on purpose: exit code, message, hint. */
import type { Diagnostic } from './diagnostic.ts';

/** 1: the operation failed; 2: wrong usage or invalid workspace, nothing touched; 3: refused to protect state or a running deploy. */
export type FailureExitCode = 1 | 2 | 3;

export interface FailureDetails {
  readonly exitCode: FailureExitCode;
  /** What to do about it, one sentence or one command. */
  readonly hint?: string;
  /** Names the kind of this end for scripts (stable). */
  readonly code?: string;
  /** Where the documentation says more, `docs/PAGE.md#SECTION`. */
  readonly see?: string;
  readonly diagnostics?: readonly Diagnostic[];
  readonly cause?: unknown;
}

/** A command ends here, with a text for the person who reads it. Anything else that is thrown is a bug or a broken machine. */
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

/** The text of anything that was thrown, without its stack. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
