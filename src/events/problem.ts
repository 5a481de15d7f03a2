/**
 * What can go wrong while the engine works, as plain data. Decisions are made on these values; `problem-text.ts` alone puts
 * them into words.
 */
import type { OutOfStep } from './out-of-step.ts';

export type Problem = WorkerProblem | JobProblem;

/** Something between this machine and one worker. */
export type WorkerProblem =
  /** There is no connection any more, or none could be made; `message` and `hint` are the transport's. */
  | {
      readonly kind: 'connection';
      readonly worker: string;
      readonly cause: 'unreachable' | 'host-key' | 'auth' | 'lost' | 'cancelled' | 'broken';
      readonly message: string;
      readonly hint?: string;
    }
  /** A question of ours was not answered in time. */
  | { readonly kind: 'silent'; readonly worker: string; readonly limitMs: number }
  /** A command did not end within `command_timeout`. */
  | { readonly kind: 'timed-out'; readonly worker: string; readonly what: string; readonly limitMs: number }
  /** A command ended with another status than 0; `said`: what of its error output is shown. */
  | {
      readonly kind: 'exit';
      readonly worker: string;
      readonly what: string;
      readonly exitCode: number;
      readonly said: string;
    }
  /** A newer run has taken the worker over; the command did not begin. */
  | {
      readonly kind: 'overtaken';
      readonly worker: string;
      readonly what: string;
      readonly exitCode: number;
      readonly said: string;
    }
  /** Something that lies on the worker could not be read. */
  | {
      readonly kind: 'unreadable';
      readonly worker: string;
      readonly what: string;
      readonly exitCode: number;
      readonly said: string;
    }
  | { readonly kind: 'missing-tools'; readonly worker: string; readonly tools: readonly string[] }
  | { readonly kind: 'delivery-timed-out'; readonly worker: string; readonly limitMs: number }
  | { readonly kind: 'out-of-step'; readonly worker: string; readonly fault: OutOfStep; readonly remedy: string };

/** Something about a job, or about several workers of it. */
export type JobProblem =
  | { readonly kind: 'cancelled'; readonly when?: 'before it began' | 'while waiting for health' }
  /** `said`: the sentence that the hook's record makes. */
  | { readonly kind: 'hook'; readonly said: string }
  | { readonly kind: 'probe'; readonly probe: 'tcp' | 'http' | 'ssh'; readonly at: string; readonly said: string }
  /** Several of one worker or of one batch, told in one line. */
  | { readonly kind: 'list'; readonly problems: readonly Problem[] }
  | { readonly kind: 'unhealthy'; readonly problems: readonly Problem[] }
  | { readonly kind: 'templates'; readonly messages: readonly string[] }
  /** What stopped the batches of one kind; `action` is what they do. */
  | { readonly kind: 'batches'; readonly action: 'start' | 'reload' | 'restart'; readonly cause: Problem }
  /** A target that a person asked for, by the job's own hooks or by make. */
  | { readonly kind: 'target'; readonly target: string; readonly by: 'hooks' | 'make'; readonly cause: Problem }
  | { readonly kind: 'still-running'; readonly workers: readonly string[] }
  | { readonly kind: 'upstream'; readonly job: string }
  /** One on each of several workers, a line each. */
  | { readonly kind: 'several'; readonly problems: readonly Problem[] };
