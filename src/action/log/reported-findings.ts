/** Reads the findings of a check from its result, so that the action can annotate files. */
import type { Diagnostic, DiagnosticCode, Place } from '../../base/diagnostic.ts';

/** Returns the findings in a result of `build --check`. Returns an empty list for any other result. */
export function reportedFindings(json: unknown): Diagnostic[] {
  const { errors, warnings } = fieldsOf(json);
  return [...toDiagnostics(errors, 'error'), ...toDiagnostics(warnings, 'warning')];
}

function toDiagnostics(entries: unknown, severity: Diagnostic['severity']): Diagnostic[] {
  if (!Array.isArray(entries)) return [];
  return entries.flatMap((entry: unknown) => {
    const { code, message, hint } = fieldsOf(entry);
    if (typeof code !== 'string' || typeof message !== 'string') return [];
    const place = placeOf(entry);
    return [
      {
        severity,
        code: code as DiagnosticCode,
        message,
        ...(place && { place }),
        ...(typeof hint === 'string' && { hint }),
      },
    ];
  });
}

function placeOf(entry: unknown): Place | undefined {
  const { file, line, column } = fieldsOf(entry);
  const isPlace = typeof file === 'string' && typeof line === 'number' && typeof column === 'number';
  return isPlace ? { file, line, column } : undefined;
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
