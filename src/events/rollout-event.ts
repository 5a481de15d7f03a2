/**
 * Defines the rollout events. These events and the state are the only output of the engine. The names of events use the
 * past tense. Every reporter reads the union `RolloutEvent`.
 */

import type { HookRecord, ShellHookName, ShellHookRecord } from './hook-record.ts';
import type { JobOutcome, Phase, PhaseOutcome, ReconcileFailure, ReconcileSuccess } from './outcome.ts';
import type { Plan, ReconcileStep } from './plan.ts';

export type RolloutEvent =
  | { readonly type: 'plan-made'; readonly plan: Plan }
  | { readonly type: 'wave-started'; readonly seq: number; readonly jobs: readonly string[] }
  | { readonly type: 'job-started'; readonly job: string; readonly seq: number }
  | {
      readonly type: 'batch-started';
      readonly job: string;
      readonly action: string;
      readonly index: number;
      readonly count: number;
      readonly workers: readonly string[];
    }
  | {
      readonly type: 'phase-started';
      readonly job: string;
      readonly phase: Phase;
      /**
       * The action, when the name of the phase is not enough. An example is the make target when a user runs
       * `job_control` by hand.
       */
      readonly action?: string;
      readonly worker?: string;
    }
  | {
      readonly type: 'phase-finished';
      readonly job: string;
      readonly phase: Phase;
      readonly action?: string;
      readonly worker?: string;
      readonly outcome: PhaseOutcome;
      readonly durationMs: number;
      readonly exitCode?: number;
      readonly message?: string;
    }
  | {
      readonly type: 'output';
      readonly job: string;
      readonly worker: string;
      readonly line: string;
      readonly stream: 'stdout' | 'stderr';
    }
  | { readonly type: 'hook-finished'; readonly record: HookRecord }
  | { readonly type: 'shell-hook-started'; readonly hook: ShellHookName; readonly command: string }
  | {
      readonly type: 'shell-hook-output';
      readonly hook: ShellHookName;
      readonly line: string;
      readonly stream: 'stdout' | 'stderr';
    }
  | { readonly type: 'shell-hook-finished'; readonly record: ShellHookRecord }
  | {
      readonly type: 'health-retried';
      readonly job: string;
      readonly attempt: number;
      readonly attempts: number;
      readonly problems: readonly string[];
    }
  | { readonly type: 'allocation-promoted'; readonly job: string; readonly worker: string; readonly version: string }
  | {
      readonly type: 'job-finished';
      readonly job: string;
      readonly outcome: JobOutcome;
      readonly durationMs: number;
      readonly reason?: string;
      readonly error?: string;
    }
  | {
      readonly type: 'reconciled';
      readonly job: string;
      readonly worker: string;
      readonly action: ReconcileStep['action'];
      readonly outcome: ReconcileSuccess;
    }
  | {
      readonly type: 'reconcile-failed';
      readonly job: string;
      readonly worker: string;
      readonly action: ReconcileStep['action'];
      readonly outcome: ReconcileFailure;
      /**
       * `warning`: the worker left the bucket, so the run does not fail. An event `noticed` names the worker and all
       * jobs on it.
       */
      readonly severity: 'error' | 'warning';
      readonly error: string;
    }
  | { readonly type: 'noticed'; readonly level: 'info' | 'warning'; readonly message: string };

/** Receives each event when it happens. The function never throws and never waits. */
export type Emit = (event: RolloutEvent) => void;
