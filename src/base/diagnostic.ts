/** Defines `Diagnostic`, the common type of all errors and warnings that `build` finds in the files of a bucket. */

import type { Repair } from './repair.ts';

/** A position in a file of the bucket; `line` and `column` start at 1 and point at the wrong value. */
export interface Place {
  /** The path relative to the repository root, with forward slashes. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** The codes of errors and warnings. The codes never change, because people and scripts compare them. */
export type DiagnosticCode =
  | 'ErrInvalidMaandConf'
  | 'ErrInvalidWorkerJSON'
  | 'ErrInvalidManifest'
  | 'ErrInvalidJob'
  | 'ErrInvalidJobVars'
  | 'ErrInvalidJobVersion'
  | 'ErrInvalidBucketConf'
  | 'ErrInvalidDisabledJSON'
  | 'ErrInvalidPortRange'
  | 'ErrInvalidManifestPort'
  | 'ErrPortKeyFormat'
  | 'ErrPortCollision'
  | 'ErrPortRangeExhausted'
  | 'ErrInvalidHookConfiguration'
  | 'ErrInvalidHookDemand'
  | 'ErrHookDemandVersionMismatch'
  | 'ErrCircularHookDependency'
  | 'ErrHookFileNotFound'
  | 'ErrInsufficientResource'
  | 'ErrInsufficientAllocations'
  | 'ErrUnsupportedResourceConfiguration'
  | 'ErrTrackedSecret'
  | 'ErrInvalidCA'
  | 'ErrExpiredCA'
  | 'ErrUnexpectedError';

/**
 * One error or warning. `message` is understandable without `place`. `hint` tells the user what to do; `hint` is
 * missing when there is no advice.
 */
export interface Diagnostic {
  readonly severity: 'error' | 'warning';
  readonly code: DiagnosticCode;
  readonly message: string;
  readonly place?: Place;
  readonly job?: string;
  readonly hint?: string;
  /** The change with which `build --fix` corrects the problem. */
  readonly repair?: Repair;
}

/** Returns `file:line:column: message (hint)`, the one-line form for terminals and logs. */
export function formatDiagnostic(diagnostic: Diagnostic): string {
  const { place, hint } = diagnostic;
  const where = place ? `${place.file}:${place.line}:${place.column}: ` : '';
  return `${where}${diagnostic.message}${hint ? ` (${hint})` : ''}`;
}

export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((diagnostic) => diagnostic.severity === 'error');
}
