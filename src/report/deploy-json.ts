/** Defines the JSON result of a deploy, which scripts read (docs/inputs.md "deploy"). */

import type { WordingOf } from '../base/free-text.ts';
import type { HookEvent } from '../events/hook-event.ts';
import type { ShellHookName } from '../events/hook-record.ts';
import type { JobOutcome, Phase, PhaseOutcome, ReconcileFailure, ReconcileSuccess } from '../events/outcome.ts';

export interface DeployJson {
  readonly ok: boolean;
  /** Null when the run ended before the number was known. */
  readonly update_seq: number | null;
  readonly serial: number | null;
  readonly run_id: string;
  /** ISO 8601 in UTC. */
  readonly started_at: string;
  readonly duration_ms: number;
  /** Allocations that are no longer wanted. */
  readonly reconcile: readonly ReconcileJson[];
  readonly waves: readonly WaveJson[];
  /** Jobs in the order of the waves. */
  readonly jobs: readonly JobJson[];
  /** Hook results. A health check that was repeated has only its last result on each worker. */
  readonly hooks: readonly HookJson[];
}

export interface WaveJson {
  readonly seq: number;
  readonly jobs: readonly string[];
}

export interface ReconcileJson {
  readonly job: string;
  readonly worker: string;
  readonly action: string;
  readonly outcome: ReconcileSuccess | ReconcileFailure;
  /** The reason why the allocation is still listed. */
  readonly error?: string;
}

export interface JobJson {
  readonly job: string;
  readonly outcome: JobOutcome;
  readonly duration_ms: number;
  /** The reason why the job was skipped. */
  readonly reason?: string;
  readonly error?: string;
  readonly phases: readonly PhaseJson[];
}

export interface PhaseJson {
  readonly phase: Phase;
  readonly worker?: string;
  readonly outcome: PhaseOutcome;
  readonly duration_ms: number;
  readonly exit_code?: number;
}

export interface HookJson {
  readonly hook: string;
  readonly event: HookEvent | ShellHookName;
  /** Missing for shell hooks, because a shell hook runs once for the whole run. `worker` is missing for the same reason. */
  readonly job?: string;
  readonly worker?: string;
  readonly command: string;
  readonly stdout: string;
  readonly stderr: string;
  readonly exit_code: number;
  readonly duration_ms: number;
}

/**
 * Marks the fields of the result that are free text and therefore masked. Each event was masked when it arrived. The result
 * is masked again, because the run may learn a secret after the event.
 */
export const DEPLOY_WORDING: WordingOf<DeployJson> = {
  run_id: 'name',
  started_at: 'name',
  reconcile: { job: 'name', worker: 'name', action: 'name', error: 'text' },
  waves: 'name',
  jobs: { job: 'name', reason: 'name', error: 'text', phases: 'name' },
  hooks: { hook: 'name', job: 'name', worker: 'name', command: 'text', stdout: 'text', stderr: 'text' },
};

/** Returns true when the allocation was stopped or its record was removed. An allocation that is still listed is not a change. */
export function isReconciled({ outcome }: Pick<ReconcileJson, 'outcome'>): boolean {
  return outcome === 'stopped' || outcome === 'forgotten';
}

export function isShellHook({ job, worker }: HookJson): boolean {
  return job === undefined && worker === undefined;
}

/** Returns the outputs of the action for the shell hooks that ran. */
export function shellHookOutputs(hooks: readonly HookJson[]): Readonly<Record<string, number>> {
  return Object.fromEntries(hooks.filter(isShellHook).map(({ hook, exit_code }) => [`${hook}-exit-code`, exit_code]));
}
