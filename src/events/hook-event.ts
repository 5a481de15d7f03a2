/** Lists the events that a hook can listen to, in the order of the documentation. */

export const HOOK_EVENTS = [
  'post_build',
  'pre_deploy',
  'post_deploy',
  'job_control',
  'health_check',
  'cli',
  'after_allocation_started',
  'after_allocation_stopped',
] as const;
export type HookEvent = (typeof HOOK_EVENTS)[number];
