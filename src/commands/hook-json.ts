/** Writes records of hooks as JSON, as every result has them. */
import type { HookRecord } from '../events/hook-record.ts';

/** Returns the record of one hook process with the names that JSON results use. */
export function hookRecordJson({ exitCode, durationMs, ...rest }: HookRecord) {
  return { ...rest, exit_code: exitCode, duration_ms: durationMs };
}
