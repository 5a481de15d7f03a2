/** Converts the outcome of a command, a query or a delivery on a worker to a problem. */

import type { WorkerProblem } from '../events/problem.ts';
import { problemReason } from '../events/problem-text.ts';
import type { ChangeOutcome, GuardedDeliveryOutcome } from './guarded-workers.ts';
import type { RemoteOutcome, TransportProblem } from './port.ts';

export interface AskedCommand {
  readonly host: string;
  /** Name of the command in messages, such as `make restart`. */
  readonly what: string;
  readonly limitMs: number;
}

const LONGEST_WORDS = 300;

/**
 * Returns the problem of a command that has the time limit `command_timeout`. Returns `undefined` when the command
 * succeeded. `said` contains the last line of the error output.
 */
export function commandProblem(
  { host, what, limitMs }: AskedCommand,
  outcome: ChangeOutcome,
): WorkerProblem | undefined {
  switch (outcome.kind) {
    case 'exited':
    case 'overtaken': {
      const { exitCode, stderr } = outcome;
      if (exitCode === 0) return undefined;
      const kind = outcome.kind === 'exited' ? 'exit' : 'overtaken';
      return { kind, worker: host, what, exitCode, said: lastLine(stderr).slice(0, LONGEST_WORDS) };
    }
    case 'timed-out':
      return { kind: 'timed-out', worker: host, what, limitMs };
    case 'failed': {
      const { hint: _, ...problem } = outcome.problem;
      return connectionProblem(problem);
    }
  }
}

/** Returns the problem of a query without an answer: the connection failed, or the time limit passed. */
export function unansweredProblem(
  host: string,
  limitMs: number,
  outcome: Exclude<RemoteOutcome, { readonly kind: 'exited' }>,
): WorkerProblem {
  return outcome.kind === 'failed' ? connectionProblem(outcome.problem) : { kind: 'silent', worker: host, limitMs };
}

/** Returns the problem of reading something on a worker. Returns `undefined` when reading succeeded. */
export function readingProblem(
  { host, what, limitMs }: AskedCommand,
  outcome: RemoteOutcome,
): WorkerProblem | undefined {
  if (outcome.kind !== 'exited') return unansweredProblem(host, limitMs, outcome);
  const { exitCode, stderr } = outcome;
  return exitCode === 0 ? undefined : { kind: 'unreadable', worker: host, what, exitCode, said: stderr.trim() };
}

/**
 * Returns why a query failed: the last line of the error output, or the reason why there is no answer. The text does
 * not name the worker, because the caller's list already does. Returns `undefined` when the query succeeded.
 */
export function unansweredReason(host: string, limitMs: number, outcome: RemoteOutcome): string | undefined {
  if (outcome.kind !== 'exited') return problemReason(unansweredProblem(host, limitMs, outcome));
  return outcome.exitCode === 0 ? undefined : lastLine(outcome.stderr) || `exit ${outcome.exitCode}`;
}

export function deliveryProblem(
  host: string,
  limitMs: number,
  outcome: GuardedDeliveryOutcome,
): WorkerProblem | undefined {
  switch (outcome.kind) {
    case 'delivered':
      return undefined;
    case 'unprepared':
      return { kind: 'missing-tools', worker: host, tools: outcome.missing };
    case 'rejected':
    case 'overtaken': {
      const { exitCode, stderr } = outcome;
      const kind = outcome.kind === 'rejected' ? 'exit' : 'overtaken';
      return { kind, worker: host, what: 'rsync', exitCode, said: stderr.trim() };
    }
    case 'timed-out':
      return { kind: 'delivery-timed-out', worker: host, limitMs };
    case 'failed':
      return connectionProblem(outcome.problem);
  }
}

export function connectionProblem({ kind: cause, host, message, hint }: TransportProblem): WorkerProblem {
  return { kind: 'connection', worker: host, cause, message, ...(hint === undefined ? {} : { hint }) };
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
