/** Runs a script on a worker. Waits until the script ends, a time limit passes or the signal aborts. */
import { isTimeLimit } from '../../../base/abort.ts';
import type { RemoteCommand, RemoteOutcome, TransportProblem, WorkerAddress } from '../../port.ts';
import type { ChannelOutcome, Connection } from '../connection.ts';
import { firstOf } from '../wait.ts';
import { CommandOutput } from './command-output.ts';
import { LONGEST_PREAMBLE_BYTES, newToken } from './preamble.ts';
import type { ChannelEnd, RemoteChannel } from './remote-channel.ts';
import { inputCommandLine, shellCommandLine, shellInput, talkingShellInput } from './remote-script.ts';
import { explainFlood, explainNoStart, explainSlowStart } from './start-failure.ts';

export interface RemoteRun {
  readonly worker: WorkerAddress;
  readonly command: RemoteCommand;
  readonly signal: AbortSignal;
}

/** The connection ended before the worker got the command. The command can be sent over another connection. */
export interface Unbegun {
  readonly kind: 'unbegun';
  readonly problem: TransportProblem;
}

interface Started extends RemoteRun {
  readonly connection: Connection;
  readonly remote: RemoteChannel;
  readonly output: CommandOutput;
  readonly startedAt: number;
  /** When the time limit of the command passes, on the clock of `performance.now()`. */
  readonly deadline: number;
}

/** Runs a script over an open connection. Never throws because of what the worker does. */
export async function runRemote(connection: Connection, run: RemoteRun): Promise<RemoteOutcome | Unbegun> {
  const { worker, command, signal } = run;
  const { timeoutMs } = command;
  const startedAt = performance.now();
  const token = newToken();
  const opening = await connection.openChannel(commandLine(token, run), { signal, timeoutMs });
  if (opening.kind === 'cancelled') return failed(startedAt, cancelled(worker, command.label));
  if (opening.kind === 'timed-out') return timedOut(startedAt, { stdout: '', stderr: '' });
  if (opening.kind === 'failed') return notOpened(connection, opening, startedAt);
  const { remote } = opening;
  const output = new CommandOutput(token, command.onLine, command.mostLineChars);
  output.follow(remote);
  feed({ connection, remote, token }, command);
  const deadline = performance.now() + timeoutMs - opening.openedMs;
  return begin({ ...run, connection, remote, output, startedAt, deadline });
}

function notOpened(
  connection: Connection,
  { problem, began }: Extract<ChannelOutcome, { kind: 'failed' }>,
  startedAt: number,
): RemoteOutcome | Unbegun {
  return connection.lost && began === 'no' ? { kind: 'unbegun', problem } : failed(startedAt, problem);
}

function commandLine(token: string, { worker, command }: RemoteRun): string {
  if (command.input === undefined) return shellCommandLine(token, runAs(worker));
  if (command.env !== undefined) throw new RangeError('a command with input has no environment');
  return inputCommandLine(token, runAs(worker), command.script);
}

interface Feeding {
  readonly connection: Connection;
  readonly remote: RemoteChannel;
  readonly token: string;
}

/**
 * Sends the script, or the bytes for its standard input. A command that waits for a last word loses its channel when
 * another command needs a channel.
 */
function feed({ connection, remote, token }: Feeding, command: RemoteCommand): void {
  const { script, env = {}, input, lastWord } = command;
  if (lastWord === undefined) {
    remote.channel.end(input ?? shellInput(token, script, env));
    return;
  }
  remote.channel.write(talkingShellInput(token, script, env));
  const dismiss = connection.addIdle(remote);
  void lastWord.then((word) => dismiss(`${word}\n`));
}

/** Waits until the script begins. The wait is short, because only the login shell and `sudo` run before. */
async function begin(started: Started): Promise<RemoteOutcome> {
  const { connection, remote, output, signal, deadline } = started;
  const { startMs } = connection.limits;
  const leftMs = Math.max(1, deadline - performance.now());
  const asked = performance.now();
  const either = Promise.race([output.started, remote.ended]);
  const limitMs = Math.min(startMs, leftMs);
  const first = await firstOf(either, { timeoutMs: limitMs, signal });
  if (output.hasStarted || (first.kind === 'ended' && first.value !== 'flooded')) return finish(started);
  if (first.kind === 'cancelled' && !isTimeLimit(signal)) return finish(started);
  const problem = notBegun(started, first.kind === 'ended' ? 'flooded' : Math.min(limitMs, performance.now() - asked));
  if (first.kind === 'timed-out' && startMs <= leftMs) connection.noteHang(problem);
  await end(started);
  return failed(started.startedAt, problem);
}

function notBegun({ worker, output }: Started, how: 'flooded' | number): TransportProblem {
  if (how === 'flooded') return explainFlood(worker, LONGEST_PREAMBLE_BYTES);
  const hangsIn = output.groupIds.length > 0 && worker.useSudo ? 'sudo' : 'login';
  return explainSlowStart(worker, { waitedMs: how, noise: output.noise, hangsIn });
}

async function finish(started: Started): Promise<RemoteOutcome> {
  const { command, deadline, remote, output, signal, startedAt, worker } = started;
  const timeoutMs = Math.max(1, deadline - performance.now());
  const first = await firstOf(remote.ended, { timeoutMs, signal });
  if (first.kind === 'ended') return concluded(started, first.value);
  await end(started);
  const tails = output.finish();
  return first.kind === 'timed-out' ? timedOut(startedAt, tails) : failed(startedAt, cancelled(worker, command.label));
}

async function end({ connection, remote, output, worker }: Started): Promise<void> {
  await connection.end({ remote, groupIds: output.groupIds, runAs: runAs(worker) });
}

async function concluded(started: Started, end: ChannelEnd): Promise<RemoteOutcome> {
  const { command, connection, output, startedAt, worker } = started;
  const tails = output.finish();
  if (end.kind === 'unknown') {
    return failed(startedAt, (await connection.lostSoon()) ?? withoutStatus(worker, command.label));
  }
  if (output.isCut && command.mostLineChars !== undefined) return failed(startedAt, tooLong(worker, command));
  if (!output.hasStarted) return failed(startedAt, explainNoStart(worker, end.exitCode, output.noise));
  return { kind: 'exited', exitCode: end.exitCode, ...tails, durationMs: performance.now() - startedAt };
}

/** Returns the problem for work that was cancelled. */
export function cancelled(worker: WorkerAddress, what: string): TransportProblem {
  return { kind: 'cancelled', host: worker.host, message: `worker ${worker.host}: ${what} was cancelled` };
}

/** Returns the problem of a command whose lines are all needed, and are too many. */
function tooLong({ host }: WorkerAddress, { label, mostLineChars = 0 }: RemoteCommand): TransportProblem {
  return {
    kind: 'broken',
    host,
    message: `worker ${host}: ${label} printed more than ${Math.round(mostLineChars / 1024 / 1024)} MiB`,
    hint: 'nothing that belongs to this bucket is as long: look at what the worker sends',
  };
}

/** Returns the problem for a channel that closed without an exit status. */
export function withoutStatus(worker: WorkerAddress, what: string): TransportProblem {
  return {
    kind: 'broken',
    host: worker.host,
    message: `worker ${worker.host}: ${what} ended, but sshd did not say with which status`,
    hint: 'whether it succeeded is unknown: look on the worker, then run again',
  };
}

/** Returns the user that runs the commands on a worker. */
export function runAs(worker: WorkerAddress): 'root' | 'user' {
  return worker.useSudo ? 'root' : 'user';
}

function timedOut(startedAt: number, tails: { readonly stdout: string; readonly stderr: string }): RemoteOutcome {
  return { kind: 'timed-out', ...tails, durationMs: performance.now() - startedAt };
}

function failed(startedAt: number, problem: TransportProblem): RemoteOutcome {
  return { kind: 'failed', problem, durationMs: performance.now() - startedAt };
}
