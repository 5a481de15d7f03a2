/**
 * The problems that can occur while the engine works, as plain data. Code that makes decisions uses this data. Only
 * `problem-text.ts` converts the data to text.
 */
import type { OutOfStep } from './out-of-step.ts';

export type Problem = WorkerProblem | JobProblem;

/** A problem between this machine and one worker. */
export type WorkerProblem =
  /** The connection was lost or could not be opened. `message` and `hint` come from the transport. */
  | {
      readonly kind: 'connection';
      readonly worker: string;
      readonly cause: 'unreachable' | 'host-key' | 'auth' | 'lost' | 'cancelled' | 'broken';
      readonly message: string;
      readonly hint?: string;
    }
  /** The worker did not answer a query of this program in time. */
  | { readonly kind: 'silent'; readonly worker: string; readonly limitMs: number }
  /** A command did not end within `command_timeout`. */
  | { readonly kind: 'timed-out'; readonly worker: string; readonly what: string; readonly limitMs: number }
  /** A command ended with a status other than 0. `said` is the part of its error output that is shown. */
  | {
      readonly kind: 'exit';
      readonly worker: string;
      readonly what: string;
      readonly exitCode: number;
      readonly said: string;
    }
  /** A newer run has taken over the worker. The command did not begin. */
  | {
      readonly kind: 'overtaken';
      readonly worker: string;
      readonly what: string;
      readonly exitCode: number;
      readonly said: string;
    }
  /** A file, a folder or a fact on the worker could not be read. `what` names this file, folder or fact. */
  | {
      readonly kind: 'unreadable';
      readonly worker: string;
      readonly what: string;
      readonly exitCode: number;
      readonly said: string;
    }
  | { readonly kind: 'missing-tools'; readonly worker: string; readonly tools: readonly string[] }
  | { readonly kind: 'delivery-timed-out'; readonly worker: string; readonly limitMs: number }
  /** The worker did not report which files it has. `reason` is the last line from the worker or from the transport. */
  | { readonly kind: 'not-looked'; readonly worker: string; readonly reason: string }
  /** The folder of a job cannot be reached: `path` is a symlink whose target is missing. */
  | { readonly kind: 'cut-off'; readonly worker: string; readonly path: string }
  | { readonly kind: 'out-of-step'; readonly worker: string; readonly fault: OutOfStep; readonly remedy: string };

/** A problem of a job, or of several of its workers. */
export type JobProblem =
  | { readonly kind: 'cancelled'; readonly when?: 'before it began' | 'while waiting for health' }
  /** `said` is the sentence from the record of the hook. */
  | { readonly kind: 'hook'; readonly said: string }
  | { readonly kind: 'probe'; readonly probe: 'tcp' | 'http' | 'ssh'; readonly at: string; readonly said: string }
  /** Several problems of one worker or one batch, shown on one line. */
  | { readonly kind: 'list'; readonly problems: readonly Problem[] }
  | { readonly kind: 'unhealthy'; readonly problems: readonly Problem[] }
  | { readonly kind: 'templates'; readonly messages: readonly string[] }
  /** The problem that stopped the batches of one kind. `action` is the lifecycle command of these batches. */
  | { readonly kind: 'batches'; readonly action: 'start' | 'reload' | 'restart'; readonly cause: Problem }
  /** A target that a user requested has failed. `by` says whether hooks of the job or make ran the target. */
  | { readonly kind: 'target'; readonly target: string; readonly by: 'hooks' | 'make'; readonly cause: Problem }
  | { readonly kind: 'still-running'; readonly workers: readonly string[] }
  | { readonly kind: 'upstream'; readonly job: string }
  /** Allocations of an earlier deploy are still unhealthy, and this deploy does not restart them. */
  | { readonly kind: 'still-unhealthy'; readonly job: string; readonly workers: readonly string[] }
  /** All allocations of the job have lost their folder. This looks like a mistake outside of this program. */
  | { readonly kind: 'job-missing'; readonly workers: readonly string[] }
  /** The problems of several workers. The message has one line for each worker. */
  | { readonly kind: 'several'; readonly problems: readonly Problem[] };
