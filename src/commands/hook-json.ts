import type { HookRecord } from '../events/hook-record.ts';

/** The record of one hook process, as contract §5 has it. */
export function hookRecordJson({ exitCode, durationMs, ...rest }: HookRecord) {
  return { ...rest, exit_code: exitCode, duration_ms: durationMs };
}
