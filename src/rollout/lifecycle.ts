/** Runs the lifecycle targets of a job (`make start`, `restart`, `reload`, `stop`) on its workers. */
import type { CatalogWorker } from '../catalog/types.ts';
import type { Phase, PhaseOutcome } from '../events/outcome.ts';
import type { Problem } from '../events/problem.ts';
import { problemText } from '../events/problem-text.ts';
import type { ChangeOutcome } from '../transport/guarded-workers.ts';
import { commandProblem } from '../transport/outcome-problem.ts';
import { workerProgram } from '../worker-side/program.ts';
import { bucketFolder, jobFolder, type Run } from './run.ts';

export interface LifecycleCommand {
  readonly job: string;
  readonly worker: CatalogWorker;
  readonly target: 'start' | 'restart' | 'reload' | 'stop';
  readonly env: Readonly<Record<string, string>>;
  /**
   * The note that the worker stores after the target has succeeded. With the note, the target does not run again after
   * a killed run.
   */
  readonly note?: AppliedNote;
}

export interface AppliedNote {
  readonly allocationId: string;
  /** Hash of the tree with which the target ran. */
  readonly hash: string;
  readonly version: string;
}

/** Runs a make target of a job on its worker. Returns the problem, or `undefined` after success. */
export async function runTarget(run: Run, command: LifecycleCommand): Promise<Problem | undefined> {
  const { job, worker, target, env } = command;
  const script = target === 'stop' ? stopProgram(run, command) : startProgram(run, command);
  return runOnWorker(run, { job, worker, phase: target, label: `make ${target}`, script, env });
}

export interface WorkerScript {
  /** Name of the job. Empty when the script belongs to no job. */
  readonly job: string;
  readonly worker: CatalogWorker;
  readonly phase: Phase;
  /** The action, in a phase that has several actions, such as `restart` by hand. */
  readonly action?: string;
  readonly label: string;
  readonly script: string;
  readonly env: Readonly<Record<string, string>>;
  /**
   * Set when nothing of the bucket remains on the worker after the script. The files of the state outside the bucket's
   * folder are then removed too.
   */
  readonly ending?: 'worker left';
}

/** The result of a script on a worker. */
export interface WorkerEnd {
  readonly worker: string;
  readonly outcome: PhaseOutcome;
  /** Missing when the script was ended or could not run. */
  readonly exitCode?: number;
  /** The last part of the output. */
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
  readonly problem?: Problem;
  /** The problem as a sentence. */
  readonly message?: string;
}

/**
 * Runs a script on a worker as one phase of a job, and reports its output line by line. Returns the problem, or
 * `undefined` after success.
 */
export async function runOnWorker(run: Run, script: WorkerScript): Promise<Problem | undefined> {
  return (await followOnWorker(run, script)).problem;
}

/** Runs a script like `runOnWorker`, but returns the full result. */
export async function followOnWorker(run: Run, asked: WorkerScript): Promise<WorkerEnd> {
  const { job, worker, phase, action, label, script, env } = asked;
  const { emit, settings, signal } = run;
  const { host } = worker;
  const named = { job, phase, worker: host, ...(action === undefined ? {} : { action }) };
  emit({ type: 'phase-started', ...named });
  const onLine = (line: string, stream: 'stdout' | 'stderr') =>
    emit({ type: 'output', job, worker: host, line, stream });
  const timeoutMs = settings.commandTimeoutMs;
  const send = asked.ending === 'worker left' ? run.workers.leave : run.workers.change;
  const outcome = await send(worker, { label, script, env, timeoutMs, onLine }, signal);
  const problem = commandProblem({ host, what: label, limitMs: timeoutMs }, outcome);
  const message = problem === undefined ? {} : { message: problemText(problem) };
  const ended = {
    outcome: phaseOutcome(outcome, signal),
    durationMs: outcome.durationMs,
    ...(outcome.kind === 'exited' || outcome.kind === 'overtaken' ? { exitCode: outcome.exitCode } : {}),
  };
  emit({ type: 'phase-finished', ...named, ...ended, ...message });
  const { stdout, stderr } = outcome.kind === 'failed' ? { stdout: '', stderr: '' } : outcome;
  return { worker: host, ...ended, stdout, stderr, ...message, ...(problem === undefined ? {} : { problem }) };
}

function startProgram({ catalog }: Run, { worker, job, target, note }: LifecycleCommand): string {
  const variables = {
    folder: jobFolder(worker, catalog.bucketId, job),
    target,
    notes: notesFolder(worker, catalog.bucketId),
    note: note === undefined ? '' : `${note.hash} ${note.version}`,
    allocation: note?.allocationId ?? '',
  };
  return workerProgram('job/start-target', { variables });
}

/** Returns the folder where a worker stores its notes: the tree of the last lifecycle command of each allocation. */
export function notesFolder(worker: Pick<CatalogWorker, 'root'>, bucketId: string): string {
  return `${bucketFolder(worker, bucketId)}/state/applied`;
}

function stopProgram({ catalog }: Run, { worker, job }: LifecycleCommand): string {
  return workerProgram(['links', 'job/stop'], { variables: { folder: jobFolder(worker, catalog.bucketId, job) } });
}

function phaseOutcome(outcome: ChangeOutcome, signal: AbortSignal): PhaseOutcome {
  if (outcome.kind === 'exited') return outcome.exitCode === 0 ? 'succeeded' : 'failed';
  if (outcome.kind === 'overtaken') return 'failed';
  if (outcome.kind === 'timed-out') return 'timed-out';
  return signal.aborted ? 'cancelled' : 'failed';
}
