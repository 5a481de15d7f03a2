/**
 * Lists the fields of rollout events and hook records that are free text. These fields are masked where events leave
 * the engine.
 */
import type { WordingOf } from '../base/free-text.ts';
import type { HookRecord, ShellHookRecord } from './hook-record.ts';
import type { Plan } from './plan.ts';
import type { RolloutEvent } from './rollout-event.ts';

export const PLAN_WORDING: WordingOf<Plan> = {
  refused: 'name',
  reconcile: 'name',
  notLooked: 'name',
  waves: {
    jobs: { job: 'name', reason: 'name', problem: 'text', groups: 'name', steps: 'name' },
  },
};

const OUTPUT_WORDING = { command: 'text', stdout: 'text', stderr: 'text', problem: 'text' } as const;

export const HOOK_WORDING: WordingOf<HookRecord> = { hook: 'name', job: 'name', worker: 'name', ...OUTPUT_WORDING };

export const SHELL_HOOK_WORDING: WordingOf<ShellHookRecord> = OUTPUT_WORDING;

/** A new event or event field compiles only when its wording is listed here. */
export const EVENT_WORDING: {
  readonly [T in RolloutEvent['type']]: WordingOf<Extract<RolloutEvent, { readonly type: T }>>;
} = {
  'plan-made': { plan: PLAN_WORDING },
  'wave-started': { jobs: 'name' },
  'job-started': { job: 'name' },
  'batch-started': { job: 'name', action: 'name', workers: 'name' },
  'phase-started': { job: 'name', action: 'name', worker: 'name' },
  'phase-finished': { job: 'name', action: 'name', worker: 'name', message: 'text' },
  output: { job: 'name', worker: 'name', line: 'text' },
  'hook-finished': { record: HOOK_WORDING },
  'shell-hook-started': { command: 'text' },
  'shell-hook-output': { line: 'text' },
  'shell-hook-finished': { record: SHELL_HOOK_WORDING },
  'health-retried': { job: 'name', problems: 'text' },
  'allocation-promoted': { job: 'name', worker: 'name', version: 'name' },
  'job-finished': { job: 'name', reason: 'name', error: 'text' },
  reconciled: { job: 'name', worker: 'name' },
  'reconcile-failed': { job: 'name', worker: 'name', error: 'text' },
  noticed: { message: 'text' },
};
