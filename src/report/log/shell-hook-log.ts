/**
 * Writes the structured log lines of a shell hook. The fields must not change, because programs collect the lines by these
 * fields.
 */
import type { ShellHookRecord } from '../../events/hook-record.ts';
import { durationText } from '../duration.ts';

type Fields = Readonly<Record<string, string | number>>;

/**
 * Returns the fields of the log lines: one line for a hook that succeeded, two lines for a hook that failed. Empty outputs
 * are included.
 */
export function shellHookFields(record: ShellHookRecord, nowMs: number): Fields[] {
  const { hook, command, stdout, stderr, exitCode, durationMs, problem } = record;
  const time = new Date(nowMs).toISOString();
  const level = problem === undefined ? 'INFO' : 'ERROR';
  const result = {
    time,
    level,
    msg: problem === undefined ? 'Execute hook success' : 'Execute hook failed',
    hook,
    command,
    stdout,
    stderr,
    exit_code: exitCode,
    duration: durationText(durationMs),
    duration_ms: Math.round(durationMs),
  };
  if (problem === undefined) return [result];
  return [result, { time, level, msg: `${hookTitle(hook)} failure`, error: errorText(record) }];
}

/** Returns a title such as `Before deploy hook`. */
function hookTitle(hook: ShellHookRecord['hook']): string {
  switch (hook) {
    case 'before-deploy':
      return 'Before deploy hook';
    case 'after-deploy':
      return 'After deploy hook';
  }
}

function errorText({ exitCode, problem = '' }: ShellHookRecord): string {
  const isPlainExit = problem === `failed (exit ${exitCode})`;
  return isPlainExit ? `exit status ${exitCode}` : problem;
}
