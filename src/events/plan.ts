/** What a deploy will do, as plain data: printing it is the dry run. */

export type StepAction =
  | 'start'
  | 'restart'
  | 'reload'
  | 'sync'
  | 'stop'
  | 'promote'
  | 'stop+promote'
  | 'skip'
  | 'job_control';

/** Why a step is what it is. `applied`: rolled by an earlier run that never saw it healthy; `unfinished`: an earlier run sent other files. */
export type StepReason =
  | 'new'
  | 'content'
  | 'version'
  | 'forced'
  | 'applied'
  | 'unhealthy'
  | 'unfinished'
  | 'needs-hook'
  | 'unchanged'
  | 'disabled';

export interface AllocationStep {
  readonly host: string;
  readonly allocationId: string;
  readonly action: StepAction;
  readonly reason: StepReason;
  /** Paths that differ from what was promoted, sorted. */
  readonly changed: readonly string[];
  /** Those of `changed` that asked for a restart instead of a reload. */
  readonly matched: readonly string[];
  readonly currentVersion: string;
  readonly newVersion: string;
}

/** Allocations that get the same lifecycle command, in batches of hosts; batches go one after another. */
export interface BatchGroup {
  readonly action: 'start' | 'reload' | 'restart';
  readonly batches: readonly (readonly string[])[];
}

export interface JobPlan {
  readonly job: string;
  readonly required: boolean;
  readonly reason: string;
  /** What makes the job fail before anything is done, e.g. a new allocation with `--sync-only`. */
  readonly problem?: string;
  /** In the order in which they are carried out: start, reload, restart. */
  readonly groups: readonly BatchGroup[];
  /** Every allocation, in worker order. */
  readonly steps: readonly AllocationStep[];
}

export interface WavePlan {
  readonly seq: number;
  readonly jobs: readonly JobPlan[];
}

/** What happens to allocations that are no longer wanted, before the first wave. */
export interface ReconcileStep {
  readonly job: string;
  readonly host: string;
  readonly allocationId: string;
  /** `forget`: it never ran, only its record goes. */
  readonly action: 'stop' | 'stop+remove' | 'forget';
  readonly workerLeft: boolean;
}

export interface Plan {
  readonly required: boolean;
  readonly reconcile: readonly ReconcileStep[];
  readonly waves: readonly WavePlan[];
}
