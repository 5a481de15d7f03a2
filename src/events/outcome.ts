/**
 * Names the phases of a job. Also names the outcomes of a phase, of a job, and of the stop of an allocation that is no
 * longer wanted.
 */

export type Phase =
  | 'post_build'
  | 'pre_deploy'
  | 'stage'
  | 'sync'
  | 'start'
  | 'restart'
  | 'reload'
  | 'stop'
  | 'clean_up'
  | 'job_control'
  | 'after_allocation_started'
  | 'after_allocation_stopped'
  | 'health'
  | 'promote'
  | 'post_deploy'
  | 'run_command';

export type PhaseOutcome = 'succeeded' | 'failed' | 'timed-out' | 'cancelled';

export type JobOutcome = 'deployed' | 'skipped' | 'failed' | 'blocked' | 'cancelled';

/** `forgotten`: the allocation never ran, so only its record was removed. */
export type ReconcileSuccess = 'stopped' | 'forgotten';

/**
 * The reason why an allocation that is no longer wanted is still listed. `given-up`: the worker could not be reached.
 * `unknown`: the connection was lost while a command ran.
 */
export type ReconcileFailure = 'failed' | 'given-up' | 'unknown' | 'cancelled';
