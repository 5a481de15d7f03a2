/** Defines the records of hook processes and of shell hooks. */
import type { HookEvent } from './hook-event.ts';
import type { PhaseOutcome } from './outcome.ts';

/** The record of one hook process. `stdout` and `stderr` are the masked last parts of both streams. */
export interface HookRecord {
  readonly hook: string;
  readonly event: HookEvent;
  readonly job: string;
  readonly worker: string;
  readonly command: string;
  readonly stdout: string;
  readonly stderr: string;
  /**
   * Exit code of the script: 128 + n after signal n, 124 after the time limit, and 1 when the script could not be
   * started.
   */
  readonly exitCode: number;
  readonly durationMs: number;
  readonly outcome: PhaseOutcome;
  /** The reason why the hook failed. Missing when the hook succeeded. */
  readonly problem?: string;
}

export type ShellHookName = 'before-deploy' | 'after-deploy';

/**
 * The record of one run of a shell hook. All texts are masked. `stdout` and `stderr` are trimmed and contain at most
 * the last 64 KiB of each stream.
 */
export interface ShellHookRecord {
  readonly hook: ShellHookName;
  readonly command: string;
  readonly stdout: string;
  readonly stderr: string;
  /**
   * Exit code of the shell hook: 128 + n after signal n, 124 after the time limit, 127 when there is no shell, and 1
   * when the hook could not be started for any other reason.
   */
  readonly exitCode: number;
  readonly durationMs: number;
  /**
   * The end of a sentence that begins with "the hook …", such as `failed (exit 3)` or `timed out after 600 s (exit
   * 124)`. Undefined when the hook succeeded.
   */
  readonly problem?: string;
}
