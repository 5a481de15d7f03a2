/** What is recorded of each hook process and of each shell hook. */
import type { HookEvent } from './hook-event.ts';
import type { PhaseOutcome } from './outcome.ts';

/** One hook process; `stdout` and `stderr` are the masked ends of both streams. */
export interface HookRecord {
  readonly hook: string;
  readonly event: HookEvent;
  readonly job: string;
  readonly worker: string;
  readonly command: string;
  readonly stdout: string;
  readonly stderr: string;
  /** 128 + n after signal n, 124 at the time limit, 1 when the script never ran. */
  readonly exitCode: number;
  readonly durationMs: number;
  readonly outcome: PhaseOutcome;
  /** Why it did not succeed. */
  readonly problem?: string;
}

export type ShellHookName = 'before-deploy' | 'after-deploy';

/** One run of a shell hook; everything that could be shown is masked, both outputs are trimmed and hold at most their last 64 KiB. */
export interface ShellHookRecord {
  readonly hook: ShellHookName;
  readonly command: string;
  readonly stdout: string;
  readonly stderr: string;
  /** 128 + n after signal n, 124 at the time limit, 127 when there is no shell, 1 when it could not start otherwise. */
  readonly exitCode: number;
  readonly durationMs: number;
  /** Goes on after "the hook …": `failed (exit 3)`, `timed out after 600 s (exit 124)`; undefined: it succeeded. */
  readonly problem?: string;
}
