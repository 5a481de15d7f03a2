/** Names the phases of a job, and the outcomes of a phase and of a job. */

export type Phase =
  | 'post_build'
  | 'pre_deploy'
  | 'stage'
  | 'sync'
  | 'start'
  | 'restart'
  | 'reload'
  | 'stop'
  | 'job_control'
  | 'after_allocation_started'
  | 'after_allocation_stopped'
  | 'health'
  | 'promote'
  | 'post_deploy'
  | 'run_command';

export type PhaseOutcome = 'succeeded' | 'failed' | 'timed-out' | 'cancelled';

export type JobOutcome = 'deployed' | 'skipped' | 'failed' | 'blocked' | 'cancelled';
