/** Runs a script on a worker. Waits until the script ends, the time limit passes or the signal aborts. */
import type { RemoteCommand, RemoteOutcome, TransportProblem, WorkerAddress } from '../../port.ts';
import type { Connection } from '../connection.ts';
import { firstOf } from '../wait.ts';
import { CommandOutput } from './command-output.ts';
import { newToken } from './preamble.ts';
import type { ChannelEnd, RemoteChannel } from './remote-channel.ts';
import { inputCommandLine, shellCommandLine, shellInput, talkingShellInput } from './remote-script.ts';
import { explainNoStart } from './start-failure.ts';

export interface RemoteRun {
  readonly worker: WorkerAddress;
  readonly command: RemoteCommand;
  readonly signal: AbortSignal;
}

interface Started extends RemoteRun {
  readonly connection: Connection;
  readonly remote: RemoteChannel;
  readonly output: CommandOutput;
  readonly startedAt: number;
}

/** Runs a script over an open connection. Never throws because of what the worker does. */
export async function runRemote(connection: Connection, run: RemoteRun): Promise<RemoteOutcome> {
  const { worker, command, signal } = run;
  const startedAt = performance.now();
  const token = newToken();
  const opening = await connection.openChannel(commandLine(token, run), signal);
  if (opening.kind !== 'open') {
    return failed(startedAt, opening.kind === 'failed' ? opening.problem : cancelled(worker, command.label));
  }
  const { remote } = opening;
  const output = new CommandOutput(token, command.onLine);
  output.follow(remote);
  feed({ connection, remote, token }, command);
  return finish({ ...run, connection, remote, output, startedAt });
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

async function finish(started: Started): Promise<RemoteOutcome> {
  const { command, connection, remote, output, signal, startedAt, worker } = started;
  const first = await firstOf(remote.ended, { timeoutMs: command.timeoutMs, signal });
  if (first.kind === 'ended') return concluded(started, first.value);
  await connection.end({ remote, groupIds: output.groupIds, runAs: runAs(worker) });
  const tails = output.finish();
  if (first.kind === 'timed-out') return { kind: 'timed-out', ...tails, durationMs: performance.now() - startedAt };
  return failed(startedAt, cancelled(worker, command.label));
}

async function concluded(started: Started, end: ChannelEnd): Promise<RemoteOutcome> {
  const { command, connection, output, startedAt, worker } = started;
  const tails = output.finish();
  if (end.kind === 'unknown') {
    return failed(startedAt, (await connection.lostSoon()) ?? withoutStatus(worker, command.label));
  }
  if (!output.hasStarted) return failed(startedAt, explainNoStart(worker, end.exitCode, output.noise));
  return { kind: 'exited', exitCode: end.exitCode, ...tails, durationMs: performance.now() - startedAt };
}

/** Returns the problem for work that was cancelled. */
export function cancelled(worker: WorkerAddress, what: string): TransportProblem {
  return { kind: 'cancelled', host: worker.host, message: `worker ${worker.host}: ${what} was cancelled` };
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

function failed(startedAt: number, problem: TransportProblem): RemoteOutcome {
  return { kind: 'failed', problem, durationMs: performance.now() - startedAt };
}
