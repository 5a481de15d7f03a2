/** Writes the records of hooks as JSON, in the form that all results use. */
import type { HookRecord } from '../events/hook-record.ts';

/** Returns the record of one hook process with the names that JSON results use. */
export function hookRecordJson({ exitCode, durationMs, ...rest }: HookRecord) {
  return { ...rest, exit_code: exitCode, duration_ms: durationMs };
}
