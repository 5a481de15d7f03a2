/** Runs a shell hook: one `/bin/sh -c` on this machine for the whole run, before or after a deploy. */

import type { Masker } from '../base/masker.ts';
import type { ShellHookName, ShellHookRecord } from '../events/hook-record.ts';
import { type OutputStream, ProcessOutput } from './process/output-lines.ts';
import { runScript, type ScriptEnd } from './process/script-run.ts';

const SHELL = '/bin/sh';
/** Exit code of the shell when a command does not exist. */
const NOT_FOUND_EXIT_CODE = 127;
const TIMED_OUT_EXIT_CODE = 124;

export interface ShellHook {
  readonly hook: ShellHookName;
  /** Shell text of one or more lines. */
  readonly command: string;
  readonly cwd: string;
  /** The whole environment of the process. */
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly masker: Masker;
  /** Called for each line as soon as the hook has printed it. The line is masked and has no terminal escapes. */
  readonly onLine: (line: string, stream: OutputStream) => void;
}

/** Runs the hook until it ends. Errors of the hook are in the record and are not thrown. */
export async function runShellHook(shellHook: ShellHook, signal: AbortSignal): Promise<ShellHookRecord> {
  const { hook, command, cwd, env, timeoutMs, masker, onLine } = shellHook;
  const startedMs = performance.now();
  const mask = (text: string): string => masker.mask(text);
  const output = new ProcessOutput({ mask, onLine });
  const onOutput = (stream: OutputStream, chunk: Buffer): void => output.push(stream, chunk);
  const end = await runScript({ file: SHELL, args: ['-c', command], cwd, env, timeoutMs, onOutput }, signal);
  output.end();
  return {
    hook,
    command: mask(command),
    stdout: output.tail('stdout').trim(),
    stderr: output.tail('stderr').trim(),
    durationMs: Math.round(performance.now() - startedMs),
    ...verdictOf(end, timeoutMs),
  };
}

function verdictOf(end: ScriptEnd, timeoutMs: number): Pick<ShellHookRecord, 'exitCode' | 'problem'> {
  switch (end.kind) {
    case 'exited':
      return end.exitCode === 0 ? { exitCode: 0 } : failed(end.exitCode, 'failed');
    case 'timed-out':
      return failed(TIMED_OUT_EXIT_CODE, `timed out after ${timeoutMs / 1000} s`);
    case 'cancelled':
      return failed(end.exitCode, 'cancelled');
    case 'not-started': {
      const exitCode = end.cause === 'missing' ? NOT_FOUND_EXIT_CODE : 1;
      return { exitCode, problem: `failed: ${end.message}` };
    }
  }
}

function failed(exitCode: number, what: string): { exitCode: number; problem: string } {
  return { exitCode, problem: `${what} (exit ${exitCode})` };
}
