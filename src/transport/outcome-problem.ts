/** What went wrong, told from how a command, a question or a delivery on a worker ended. */

import type { WorkerProblem } from '../events/problem.ts';
import { problemReason } from '../events/problem-text.ts';
import type { ChangeOutcome, GuardedDeliveryOutcome } from './guarded-workers.ts';
import type { RemoteOutcome, TransportProblem } from './port.ts';

export interface AskedCommand {
  readonly host: string;
  /** What messages call it: `make restart`. */
  readonly what: string;
  readonly limitMs: number;
}

const LONGEST_WORDS = 300;

/** Of a command that has `command_timeout` to end; the last line of its error output is kept. */
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

/** Of a question that has no answer; one that was answered has ended with a status. */
export function unansweredProblem(
  host: string,
  limitMs: number,
  outcome: Exclude<RemoteOutcome, { readonly kind: 'exited' }>,
): WorkerProblem {
  return outcome.kind === 'failed' ? connectionProblem(outcome.problem) : { kind: 'silent', worker: host, limitMs };
}

/** Of something that was to be read on a worker. */
export function readingProblem(
  { host, what, limitMs }: AskedCommand,
  outcome: RemoteOutcome,
): WorkerProblem | undefined {
  if (outcome.kind !== 'exited') return unansweredProblem(host, limitMs, outcome);
  const { exitCode, stderr } = outcome;
  return exitCode === 0 ? undefined : { kind: 'unreadable', worker: host, what, exitCode, said: stderr.trim() };
}

/** Of a question, in a list that names the worker itself: the reason, and of what it printed the last line. */
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
