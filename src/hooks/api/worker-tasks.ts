/**
 * Runs what hook processes ask for on workers, through the connections that the run holds, and never longer than the
 * process lives.
 */
import type { Admission } from './admissions.ts';

/** A command of the script's own, or a make target of a job. */
export type WorkerTask =
  | { readonly kind: 'command'; readonly host: string; readonly command: string; readonly timeoutMs: number }
  | {
      readonly kind: 'target';
      readonly host: string;
      readonly job: string;
      readonly target: string;
      readonly timeoutMs: number;
    };

/** `stdout` and `stderr` hold at most the last 64 KiB each. `failed`: whether it ran on the worker is not known. */
export type WorkerTaskEnd =
  | {
      readonly kind: 'exited' | 'timed-out';
      readonly exitCode: number;
      readonly stdout: string;
      readonly stderr: string;
      readonly durationMs: number;
    }
  | { readonly kind: 'failed'; readonly message: string };

/** The workers as hooks may use them. */
export interface HookWorkers {
  /** Where a job is, and where it was until it is stopped there. */
  readonly hostsOf: (job: string) => readonly string[];
  /** Never throws for what the worker does. */
  readonly run: (task: WorkerTask, signal: AbortSignal) => Promise<WorkerTaskEnd>;
}

interface Running {
  readonly holder: Admission;
  readonly stop: AbortController;
  readonly ended: Promise<WorkerTaskEnd>;
}

/** Tasks under way, each with the process that asked for it. */
export class WorkerTasks {
  readonly #running = new Set<Running>();

  /** Runs a task that `gone`, or the end of its process, cuts short. */
  async run(holder: Admission, gone: AbortSignal, start: (signal: AbortSignal) => Promise<WorkerTaskEnd>) {
    const stop = new AbortController();
    const task = { holder, stop, ended: start(AbortSignal.any([gone, stop.signal])) };
    this.#running.add(task);
    try {
      return await task.ended;
    } finally {
      this.#running.delete(task);
    }
  }

  /** A process has ended: so does what it runs on workers, and this returns when nothing of it is left. */
  async endAll(holder: Admission): Promise<void> {
    const own = [...this.#running].filter((task) => task.holder === holder);
    for (const { stop } of own) stop.abort();
    await Promise.allSettled(own.map(({ ended }) => ended));
  }
}
