/**
 * Runs the tasks that hook processes request on workers, over the connections of the run. A task ends no later than the
 * process that requested it.
 */
import { anySignal, newAbort } from '../../base/abort.ts';
import type { Admission } from './admissions.ts';

/** A task on a worker: a command of the script, or a make target of a job. */
export type WorkerTask =
  | { readonly kind: 'command'; readonly host: string; readonly command: string; readonly timeoutMs: number }
  | {
      readonly kind: 'target';
      readonly host: string;
      readonly job: string;
      readonly target: string;
      readonly timeoutMs: number;
    };

/**
 * `stdout` and `stderr` contain at most the last 64 KiB each. `failed`: it is unknown whether the task ran on the
 * worker.
 */
export type WorkerTaskEnd =
  | {
      readonly kind: 'exited' | 'timed-out';
      readonly exitCode: number;
      readonly stdout: string;
      readonly stderr: string;
      readonly durationMs: number;
    }
  | { readonly kind: 'failed'; readonly message: string };

/** The operations on workers that hooks may use. */
export interface HookWorkers {
  /** Returns the workers where a job is placed, and the workers where the job still has to be stopped. */
  readonly hostsOf: (job: string) => readonly string[];
  /** Runs a task. Errors of the worker are returned, not thrown. */
  readonly run: (task: WorkerTask, signal: AbortSignal) => Promise<WorkerTaskEnd>;
}

interface Running {
  readonly holder: Admission;
  readonly stop: AbortController;
  readonly ended: Promise<WorkerTaskEnd>;
}

/** Running tasks, each with the process that requested it. */
export class WorkerTasks {
  readonly #running = new Set<Running>();

  /** Runs a task. The task is aborted when `gone` aborts or the process `holder` ends. */
  async run(holder: Admission, gone: AbortSignal, start: (signal: AbortSignal) => Promise<WorkerTaskEnd>) {
    const stop = newAbort();
    const task = { holder, stop, ended: start(anySignal(gone, stop.signal)) };
    this.#running.add(task);
    try {
      return await task.ended;
    } finally {
      this.#running.delete(task);
    }
  }

  /** Aborts the tasks of a process that has ended. Resolves when all of these tasks have ended. */
  async endAll(holder: Admission): Promise<void> {
    const own = [...this.#running].filter((task) => task.holder === holder);
    for (const { stop } of own) stop.abort();
    await Promise.allSettled(own.map(({ ended }) => ended));
  }
}
