/**
 * Worker routes of the hook API. The functions `run_ssh`, `run_make_target` and `run_runner_target` of the client
 * libraries call these routes.
 */
import { type ApiAnswer, ApiRefusal, type ApiRequest, type Fields, numberField, textField } from './api-request.ts';
import type { HookWorkers, WorkerTask, WorkerTaskEnd, WorkerTasks } from './worker-tasks.ts';

const DEFAULT_TIMEOUT_S = 300;
const LONGEST_TIMEOUT_S = 3600;
const BUILT_IN = ['start', 'stop', 'restart', 'reload', 'status'];
/** Names of make targets that are allowed, as for `maand job run --target`. */
const TARGET = /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/;

export interface WorkerRoutes {
  readonly tasks: WorkerTasks;
  /** Undefined when hooks of this run must not use workers. */
  readonly workers: HookWorkers | undefined;
}

/** Runs a command in the login folder of a worker. */
export function runWorkerCommand(routes: WorkerRoutes, request: ApiRequest): Promise<ApiAnswer> {
  const { caller } = request.admission;
  const { fields } = request;
  const command = textField(fields, 'command');
  if (command.trim() === '') throw new ApiRefusal(400, '"command" is required');
  if (command.includes('\0')) throw new ApiRefusal(400, '"command" must not hold a NUL character');
  const host = textField(fields, 'worker') || caller.host;
  const task = { kind: 'command', host, command, timeoutMs: timeoutMs(fields) } as const;
  return runTask(routes, request, { task, jobs: [caller.job, ...caller.demandedJobs] });
}

/** Runs a make target, as a deploy does. The target belongs to the caller's job or to a job that this job demands. */
export function runWorkerTarget(routes: WorkerRoutes, request: ApiRequest): Promise<ApiAnswer> {
  const { caller } = request.admission;
  const { fields } = request;
  const target = readTarget(fields);
  const job = textField(fields, 'job') || caller.job;
  if (job !== caller.job && !caller.demandedJobs.includes(job)) {
    throw new ApiRefusal(400, `Invalid or unauthorized job: no hook of ${caller.job} demands ${job}`);
  }
  const host = textField(fields, 'worker') || caller.host;
  const task = { kind: 'target', host, job, target, timeoutMs: timeoutMs(fields) } as const;
  return runTask(routes, request, { task, jobs: [job] });
}

function readTarget(fields: Fields): string {
  const raw = textField(fields, 'target');
  const target = raw.trim();
  if (target === '') throw new ApiRefusal(400, '"target" is required');
  if (TARGET.test(target)) return BUILT_IN.includes(target.toLowerCase()) ? target.toLowerCase() : target;
  throw new ApiRefusal(
    400,
    `invalid job control target "${raw}" (built-in: ${BUILT_IN.join(', ')}; custom targets must match ${TARGET.source.slice(1, -1)})`,
  );
}

function timeoutMs(fields: Fields): number {
  const asked = numberField(fields, 'timeout_seconds');
  return 1000 * (asked > 0 ? Math.min(asked, LONGEST_TIMEOUT_S) : DEFAULT_TIMEOUT_S);
}

interface AskedTask {
  readonly task: WorkerTask;
  /** The worker must have at least one of these jobs. */
  readonly jobs: readonly string[];
}

async function runTask(
  { workers, tasks }: WorkerRoutes,
  { admission, gone }: ApiRequest,
  { task, jobs }: AskedTask,
): Promise<ApiAnswer> {
  if (!workers) throw new ApiRefusal(409, 'A dry run runs nothing on workers');
  if (!jobs.some((job) => workers.hostsOf(job).includes(task.host))) {
    throw new ApiRefusal(400, `Invalid or unauthorized worker: ${task.host} is none of ${jobs.join(', ')}`);
  }
  return toAnswer(task, await tasks.run(admission, gone, (signal) => workers.run(task, signal)));
}

function toAnswer({ host }: WorkerTask, end: WorkerTaskEnd): ApiAnswer {
  if (end.kind === 'failed') return { status: 502, text: end.message };
  const { exitCode, stdout, stderr, durationMs } = end;
  const timedOut = end.kind === 'timed-out';
  return {
    status: 200,
    json: {
      worker: host,
      exit_code: exitCode,
      timed_out: timedOut,
      stdout,
      stderr,
      duration_ms: Math.round(durationMs),
    },
  };
}
