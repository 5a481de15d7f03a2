/**
 * Writes events as structured log lines (docs/inputs.md "Log, annotations, job summary"). Each event is one `kv` or JSON
 * line. Its fields have a fixed order, and empty fields are left out.
 */
import type { Phase } from '../../events/outcome.ts';
import type { RolloutEvent } from '../../events/rollout-event.ts';
import { shellHookFields } from './shell-hook-log.ts';

export interface LogFields {
  readonly ts: string;
  readonly level: 'INFO';
  readonly event?: string;
  readonly maand: string;
  readonly worker: string;
  readonly job?: string;
  readonly phase?: string;
  readonly action?: string;
  readonly cmd?: string;
  readonly stream?: 'stdout' | 'stderr';
  readonly exit?: number;
  readonly duration_ms?: number;
  readonly reason?: string;
  readonly msg?: string;
}

export interface LogOrigin {
  /** Value of the field `maand`: `deploy`, `build`, … */
  readonly command: string;
  readonly nowMs: number;
}

const LONGEST_COMMAND_CHARS = 200;

type EventFields = Partial<Omit<LogFields, 'ts' | 'level' | 'maand'>>;

/** Returns the fields of one event. Returns undefined for events that are not logged. */
export function logFields(event: RolloutEvent, { command, nowMs }: LogOrigin): LogFields | undefined {
  const fields = fieldsOf(event);
  if (!fields) return undefined;
  const { event: name, worker, ...rest } = fields;
  const origin = { ts: new Date(nowMs).toISOString(), level: 'INFO' as const };
  return {
    ...origin,
    ...(name === undefined ? {} : { event: name }),
    maand: logName(command),
    worker: worker ?? '-',
    ...rest,
  };
}

/** Returns the fields of a message that does not come from an event: `error`, `warning` or `notice`. */
export function logMessage(event: string, msg: string, { command, nowMs }: LogOrigin): LogFields {
  return { ts: new Date(nowMs).toISOString(), level: 'INFO', event, maand: logName(command), worker: '-', msg };
}

/** Returns the name of a command in the log; programs that read the log rely on it. */
function logName(command: string): string {
  switch (command) {
    case 'health_check':
      return 'healthcheck';
    case 'plan':
      return 'deploy';
    case 'validate':
      return 'build';
    default:
      return command;
  }
}

function fieldsOf(event: RolloutEvent): EventFields | undefined {
  switch (event.type) {
    case 'output':
      return { worker: event.worker, job: event.job, stream: event.stream, msg: event.line };
    case 'shell-hook-output':
      return { phase: 'hook', action: event.hook, stream: event.stream, msg: event.line };
    case 'shell-hook-started':
      return { event: 'command_begin', phase: 'hook', action: event.hook, cmd: squeeze(event.command) };
    case 'shell-hook-finished':
      return undefined; // shell-hook-log.ts logs this event
    case 'phase-started':
      return { event: 'command_begin', ...phaseFields(event) };
    case 'phase-finished':
      return { event: 'command_end', ...phaseFields(event), ...endFields(event) };
    case 'hook-finished':
      return hookFields(event.record);
    case 'job-finished':
      return jobFields(event);
    case 'reconciled':
      return {
        event: 'reconciled',
        worker: event.worker,
        job: event.job,
        phase: 'reconcile',
        action: event.action,
        reason: event.outcome,
      };
    case 'reconcile-failed':
      return {
        event: 'reconcile_failed',
        worker: event.worker,
        job: event.job,
        phase: 'reconcile',
        action: event.action,
        reason: event.outcome,
        msg: event.error,
      };
    case 'plan-made':
      return { event: 'plan_made', msg: event.plan.required ? 'deployment required' : 'no deployment required' };
    case 'wave-started':
      return { event: 'wave_started', msg: `wave ${event.seq}: ${event.jobs.join(',')}` };
    case 'batch-started':
      return batchFields(event);
    case 'health-retried':
      return { event: 'health_retried', job: event.job, phase: 'health', msg: event.problems.join('; ') };
    case 'allocation-promoted':
      return {
        event: 'promoted',
        worker: event.worker,
        job: event.job,
        phase: 'rollout',
        msg: `version ${event.version}`,
      };
    case 'noticed':
      return { event: event.level === 'warning' ? 'warning' : 'notice', msg: event.message };
    case 'job-started':
      return { event: 'job_started', job: event.job };
  }
}

function phaseFields({
  job,
  phase,
  action,
  worker,
}: {
  readonly job: string;
  readonly phase: Phase;
  readonly action?: string;
  readonly worker?: string;
}): EventFields {
  const names = logPhase(phase);
  return { ...(worker === undefined ? {} : { worker }), job, ...names, action: action ?? names.action };
}

/** Returns the names of a phase in the log; programs that read the log rely on them. */
function logPhase(phase: Phase): { readonly phase: string; readonly action: string } {
  switch (phase) {
    case 'sync':
      return { phase: 'rsync', action: 'rsync' };
    case 'stop':
    case 'clean_up':
      return { phase: 'reconcile', action: phase };
    case 'stage':
    case 'start':
    case 'restart':
    case 'reload':
    case 'promote':
      return { phase: 'rollout', action: phase };
    case 'health':
      return { phase: 'health', action: phase };
    case 'post_build':
    case 'job_control':
      return { phase, action: phase };
    case 'run_command':
      return { phase, action: 'ssh' };
    case 'pre_deploy':
    case 'post_deploy':
    case 'after_allocation_started':
    case 'after_allocation_stopped':
      return { phase: 'hook', action: phase };
  }
}

function endFields({
  outcome,
  durationMs,
  exitCode,
  message,
}: Extract<RolloutEvent, { type: 'phase-finished' }>): EventFields {
  return {
    ...(exitCode === undefined ? {} : { exit: exitCode }),
    duration_ms: Math.round(durationMs),
    reason: outcome,
    ...(message === undefined ? {} : { msg: message }),
  };
}

function hookFields({
  hook,
  job,
  worker,
  command,
  exitCode,
  durationMs,
}: Extract<RolloutEvent, { type: 'hook-finished' }>['record']): EventFields {
  const cmd = squeeze(command);
  return {
    event: 'hook_end',
    worker,
    job,
    phase: 'hook',
    action: hook,
    cmd,
    exit: exitCode,
    duration_ms: Math.round(durationMs),
  };
}

function jobFields({
  job,
  outcome,
  durationMs,
  reason,
  error,
}: Extract<RolloutEvent, { type: 'job-finished' }>): EventFields {
  return {
    event: outcome === 'skipped' ? 'deploy_skip' : 'job_finished',
    job,
    duration_ms: Math.round(durationMs),
    reason: reason ?? outcome,
    ...(error === undefined ? {} : { msg: error }),
  };
}

function batchFields({
  job,
  action,
  index,
  count,
  workers,
}: Extract<RolloutEvent, { type: 'batch-started' }>): EventFields {
  return {
    event: 'batch_started',
    job,
    phase: 'rollout',
    action,
    msg: `batch ${index + 1} of ${count}: ${workers.join(',')}`,
  };
}

function squeeze(command: string): string {
  const line = command.replace(/\s+/g, ' ').trim();
  return line.length <= LONGEST_COMMAND_CHARS ? line : `${line.slice(0, LONGEST_COMMAND_CHARS - 3)}...`;
}

/** Returns the lines of one event, without line breaks. Returns no line for events that are not logged. */
export function logLines(event: RolloutEvent, origin: LogOrigin, format: 'json' | 'kv'): string[] {
  if (event.type === 'shell-hook-finished')
    return shellHookFields(event.record, origin.nowMs).map((fields) => formatPairs(Object.entries(fields), format));
  const fields = logFields(event, origin);
  return fields === undefined ? [] : [formatLog(fields, format)];
}

/** Returns one line without its line break. */
export function formatLog(fields: LogFields, format: 'json' | 'kv'): string {
  return formatPairs(
    Object.entries(fields).filter(([, value]) => value !== undefined && value !== ''),
    format,
  );
}

function formatPairs(pairs: readonly (readonly [string, string | number])[], format: 'json' | 'kv'): string {
  switch (format) {
    case 'json':
      return JSON.stringify(Object.fromEntries(pairs));
    case 'kv':
      return pairs.map(([name, value]) => `${name}=${kvValue(String(value))}`).join(' ');
  }
}

/** Returns the value, quoted with JSON escapes when it contains special characters, so that programs can parse it. */
function kvValue(value: string): string {
  return /^[^\s="\\\p{Cc}]+$/u.test(value) ? value : JSON.stringify(value);
}
