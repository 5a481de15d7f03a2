/** What is wrong in a file of the bucket: the one shape for errors and warnings of `build`. */

import type { Repair } from './repair.ts';

/** A position in a file of the bucket; `line` and `column` are 1-based and point at the offending value. */
export interface Place {
  /** Relative to the repository root, with forward slashes. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Error classes that people and scripts match on (stable). */
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

/** One finding. `message` is whole without the place; `hint` says what to do, where that is known. */
export interface Diagnostic {
  readonly severity: 'error' | 'warning';
  readonly code: DiagnosticCode;
  readonly message: string;
  readonly place?: Place;
  readonly job?: string;
  readonly hint?: string;
  /** What `build --fix` does about it. */
  readonly repair?: Repair;
}

/** `file:line:column: message (hint)`, the one-line form for terminals and logs. */
export function formatDiagnostic(diagnostic: Diagnostic): string {
  const { place, hint } = diagnostic;
  const where = place ? `${place.file}:${place.line}:${place.column}: ` : '';
  return `${where}${diagnostic.message}${hint ? ` (${hint})` : ''}`;
}

export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((diagnostic) => diagnostic.severity === 'error');
}
