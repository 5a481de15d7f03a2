/** Writes diagnostics as text for a terminal or a log. */
import type { Diagnostic } from '../base/diagnostic.ts';
import { hanging, oneLine } from './log/phrases.ts';

/**
 * Returns `file:line:column: error: message`, which editors and CI systems can parse, with the hint on its own line. The text
 * ends with a line break.
 */
export function diagnosticText({ severity, message, place, hint }: Diagnostic): string {
  const where = place ? `${oneLine(place.file)}:${place.line}:${place.column}: ` : '';
  const advice = hint === undefined ? '' : `\n    hint: ${hanging(hint, '          ')}`;
  return `${where}${severity}: ${hanging(message, '    ')}${advice}\n`;
}

/** Returns the text of all diagnostics: first the errors, then the warnings. Each group keeps the given order. */
export function diagnosticsText(diagnostics: readonly Diagnostic[]): string {
  return errorsFirst(diagnostics).map(diagnosticText).join('');
}

export function errorsFirst(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const of = (severity: Diagnostic['severity']) => diagnostics.filter((one) => one.severity === severity);
  return [...of('error'), ...of('warning')];
}
