/** Defines the plan of a deploy as plain data. A dry run prints this plan. */

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

/**
 * The reason for a step. `applied`: an earlier run rolled the tree out, but did not confirm its health. `unfinished`:
 * an earlier run sent files that differ from the tree that runs.
 */
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
  | 'disabled'
  | FoundReason;

/**
 * The fault of an allocation that is deployed according to the state. A run finds the fault when it asks the worker.
 * `missing`: the folder of the job is gone. `behind`: the files on the worker are older than the state. `unsigned`: the
 * `worker.json` on the worker cannot be used.
 */
export type FoundReason = 'missing' | 'behind' | 'unsigned';

export interface AllocationStep {
  readonly host: string;
  readonly allocationId: string;
  readonly action: StepAction;
  readonly reason: StepReason;
  /** The paths that differ from the promoted tree, sorted. */
  readonly changed: readonly string[];
  /** The paths of `changed` that require a restart instead of a reload. */
  readonly matched: readonly string[];
  readonly currentVersion: string;
  readonly newVersion: string;
}

/** Allocations that get the same lifecycle command, as batches of hosts. The batches run one at a time. */
export interface BatchGroup {
  readonly action: 'start' | 'reload' | 'restart';
  readonly batches: readonly (readonly string[])[];
}

export interface JobPlan {
  readonly job: string;
  readonly required: boolean;
  readonly reason: string;
  /** The reason why the job fails before it begins. An example is a new allocation when `--sync-only` is set. */
  readonly problem?: string;
  /** The groups in the order in which they run: start, reload, restart. */
  readonly groups: readonly BatchGroup[];
  /** A step for every allocation, in the order of the workers. */
  readonly steps: readonly AllocationStep[];
}

export interface WavePlan {
  readonly seq: number;
  readonly jobs: readonly JobPlan[];
}

/** One step for an allocation that is no longer wanted. The step runs before the first wave. */
export interface ReconcileStep {
  readonly job: string;
  readonly host: string;
  readonly allocationId: string;
  /** `forget` removes only the record of an allocation that never ran. */
  readonly action: 'stop' | 'stop+remove' | 'forget';
  readonly workerLeft: boolean;
}

/** The reason why a running job would be stopped on every worker. */
export type StopCause =
  /** The job's folder is no longer in the workspace. */
  | { readonly kind: 'left' }
  /** No worker has all selectors of the job as labels. */
  | { readonly kind: 'no-worker'; readonly selectors: readonly string[] }
  /** The allocations that the job keeps are disabled. */
  | { readonly kind: 'rest-disabled' }
  /** The job is placed on these workers, but this deploy does not start it there. */
  | { readonly kind: 'not-started'; readonly workers: readonly string[] }
  /** The job would be started on these workers after it was stopped everywhere. */
  | { readonly kind: 'moves'; readonly workers: readonly string[] };

export interface RefusedJob {
  readonly job: string;
  /** The workers on which the job would be stopped. */
  readonly workers: readonly string[];
  readonly cause: StopCause;
}

/** Stops that look like a mistake. A deploy refuses a plan with such stops. */
export interface Refusal {
  readonly code: 'stops-everything' | 'stops-job';
  /** Set when `workers.json` lists no worker, or the workspace has no job. */
  readonly empty?: 'workers' | 'jobs';
  /** The jobs whose stops were not allowed, sorted by name. The list has at least one job. */
  readonly jobs: readonly RefusedJob[];
  /**
   * The jobs, sorted, whose stops the user must allow before a deploy accepts the plan. The user must allow all of them
   * together.
   */
  readonly allow: readonly string[];
}

export interface Plan {
  readonly required: boolean;
  /** The workers that were asked and did not answer, sorted; absent when no worker was asked. */
  readonly notLooked?: readonly string[];
  /** Missing when a deploy would carry out the plan. */
  readonly refused?: Refusal;
  readonly reconcile: readonly ReconcileStep[];
  readonly waves: readonly WavePlan[];
}
