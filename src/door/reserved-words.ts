/**
 * Lists the reserved words: the fixed words of events and JSON documents. Reserved words are never masked, because
 * people and scripts read them.
 */
import type { RolloutEvent } from '../events/rollout-event.ts';
import type { PlanJson } from '../plan/plan-json.ts';
import type { DeployJson } from '../report/deploy-json.ts';
import type { LogFields } from '../report/log/log-line.ts';
import type { CommandName } from '../request/request.ts';

/** Every string literal in the type `T`. */
type WordsIn<T> = T extends string
  ? string extends T
    ? never
    : T
  : T extends readonly (infer Entry)[]
    ? WordsIn<Entry>
    : T extends object
      ? { [K in keyof T]-?: WordsIn<T[K]> }[keyof T]
      : never;

/** Every key of the object types in `T`. */
type KeysIn<T> = T extends readonly (infer Entry)[]
  ? KeysIn<Entry>
  : T extends object
    ? Extract<keyof T, string> | { [K in keyof T]-?: KeysIn<T[K]> }[keyof T]
    : never;

type Documents = PlanJson | DeployJson | LogFields;
type Word = WordsIn<RolloutEvent | Documents> | KeysIn<Documents> | CommandName;

/** All reserved words. The compiler requires an entry for every word of an event or a document. */
const WORDS: Readonly<Record<Word, true>> = {
  clean_up: true,
  forgotten: true,
  'given-up': true,
  INFO: true,
  action: true,
  'after-deploy': true,
  after_allocation_started: true,
  after_allocation_stopped: true,
  'allocation-promoted': true,
  allocation_id: true,
  allocations: true,
  applied: true,
  'batch-started': true,
  batches: true,
  'before-deploy': true,
  behind: true,
  blocked: true,
  build: true,
  cancelled: true,
  cat: true,
  changed: true,
  cli: true,
  cmd: true,
  code: true,
  command: true,
  content: true,
  current_version: true,
  deploy: true,
  deployed: true,
  digest: true,
  disabled: true,
  doctor: true,
  duration_ms: true,
  error: true,
  event: true,
  exit: true,
  exit_code: true,
  failed: true,
  forced: true,
  forget: true,
  gc: true,
  health: true,
  'health-retried': true,
  health_check: true,
  hook: true,
  'hook-finished': true,
  hooks: true,
  info: true,
  init: true,
  job: true,
  'job-finished': true,
  'job-started': true,
  job_control: true,
  jobs: true,
  left: true,
  level: true,
  logs: true,
  looked: true,
  maand: true,
  matched: true,
  message: true,
  missing: true,
  moves: true,
  msg: true,
  'needs-hook': true,
  'new': true,
  new_version: true,
  'no-worker': true,
  'not-started': true,
  not_looked: true,
  noticed: true,
  ok: true,
  outcome: true,
  output: true,
  phase: true,
  'phase-finished': true,
  'phase-started': true,
  phases: true,
  plan: true,
  'plan-made': true,
  post_build: true,
  post_deploy: true,
  pre_deploy: true,
  promote: true,
  reason: true,
  reconcile: true,
  'reconcile-failed': true,
  reconciled: true,
  refused: true,
  reload: true,
  reloads: true,
  render: true,
  required: true,
  'rest-disabled': true,
  restart: true,
  restarts: true,
  rollback: true,
  run_command: true,
  run_id: true,
  seq: true,
  serial: true,
  'shell-hook-finished': true,
  'shell-hook-output': true,
  'shell-hook-started': true,
  skip: true,
  skipped: true,
  stage: true,
  start: true,
  started_at: true,
  starts: true,
  state: true,
  stderr: true,
  stdout: true,
  stop: true,
  'stop+promote': true,
  'stop+remove': true,
  stopped: true,
  stops: true,
  'stops-everything': true,
  'stops-job': true,
  stream: true,
  succeeded: true,
  sync: true,
  'timed-out': true,
  ts: true,
  unchanged: true,
  unfinished: true,
  unhealthy: true,
  unknown: true,
  unsigned: true,
  update_seq: true,
  validate: true,
  version: true,
  warning: true,
  'wave-started': true,
  waves: true,
  worker: true,
  worker_facts: true,
  workers: true,
};

export const RESERVED_WORDS: readonly string[] = Object.keys(WORDS);
