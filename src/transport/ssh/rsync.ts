/** Runs the local rsync and connects it to a channel of an SSH connection. */
import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { Duplex } from 'node:stream';
import { Failure, messageOf } from '../../base/failure.ts';
import type { Delivery } from '../port.ts';
import { OutputTail } from './exec/output-tail.ts';
import { firstOf } from './wait.ts';

/**
 * The remote shell of the local rsync, in rsync's own quoting (single quotes, no backslashes). Its arguments are a host
 * name and the command for the other side. It writes the command to descriptor 3, with a NUL after each word and one
 * more NUL at the end. Then it copies the stream between rsync and descriptor 3 in both directions. It ends when
 * descriptor 3 ends, as `ssh` ends when the remote side ends.
 */
const RELAY = `sh -c 'shift; printf "%s\\0" "$@" "" >&3; exec 4<&0; cat <&4 >&3 4<&- & exec cat <&3 4<&-' relay`;

/** Options for comparing and writing files. They do not depend on the connection between the two sides. */
export const RSYNC_OPTIONS: readonly string[] = [
  '--relative',
  '--recursive',
  // Contents are compared instead of times, because a fresh checkout gives every file a new time.
  '--checksum',
  '--perms',
  '--no-owner',
  '--no-group',
  '--delete',
  '--delete-delay',
  '--force',
  // Names and the destination are sent inside the protocol, never through the shell of the worker.
  '--protect-args',
];
const TERM_GRACE_MS = 2000;
const STDERR_CLOSE_MS = 1000;
const MAX_COMMAND_BYTES = 64 * 1024;

/** A running local rsync. */
export interface LocalRsync {
  /** The byte stream of the relay. After `readRemoteWords`, it contains the rsync protocol. */
  readonly link: Duplex;
  /**
   * Exit status, or 128 plus the signal number. Rejects with a `Failure` (exit code 2) when rsync cannot be started.
   */
  readonly exited: Promise<number>;
  readonly stderr: OutputTail;
  /** Ends rsync and its relay when they still run. */
  readonly stop: () => Promise<void>;
}

/**
 * Returns the arguments of the local rsync for one delivery. They never contain `--inplace`, because it exposes
 * half-written files. Owner, group and links are not transferred.
 */
export function rsyncArguments(delivery: Delivery): readonly string[] {
  for (const source of delivery.sources) {
    if (!source.startsWith('/') || !source.includes('/./')) throw new RangeError(`no delivery source: ${source}`);
  }
  const seconds = Math.max(1, Math.ceil(delivery.timeoutMs / 1000));
  const excludes = delivery.protect.map((folder) => `--exclude=${literalPattern(`/${folder}`)}`);
  const destination = `worker:${delivery.destination.replace(/\/*$/, '/')}`;
  return [...RSYNC_OPTIONS, `--timeout=${seconds}`, ...excludes, '-e', RELAY, '--', ...delivery.sources, destination];
}

/**
 * Starts rsync with a minimal environment. The environment contains no secrets of this program, no `RSYNC_*` variables
 * and no popt aliases of the user.
 */
export function startRsync(delivery: Delivery): LocalRsync {
  const child = spawn('rsync', rsyncArguments(delivery), {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, LC_ALL: 'C' },
  });
  const link = child.stdio[3] as Duplex;
  // An error of the link needs no handling: the exit status shows that the relay has ended.
  link.on('error', () => {});
  const stderr = new OutputTail();
  child.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk));
  const exited = exitOf(child);
  // Code that waits for `exited` gets the rejection. This handler avoids an unhandled rejection when no code waits.
  exited.catch(() => {});
  return { link, exited, stderr, stop: () => stop(child, link) };
}

/**
 * Reads the command that rsync wants to run on the other side. Returns `undefined` when rsync ended before it sent the
 * command.
 */
export function readRemoteWords(link: Duplex): Promise<readonly string[] | undefined> {
  return new Promise((resolve) => {
    let received = Buffer.alloc(0);
    const finish = (words: readonly string[] | undefined): void => {
      link.off('data', take).off('close', giveUp).off('end', giveUp);
      resolve(words);
    };
    const giveUp = (): void => finish(undefined);
    const take = (chunk: Buffer): void => {
      received = Buffer.concat([received, chunk]);
      const end = received.indexOf('\0\0');
      if (end === -1 && received.length <= MAX_COMMAND_BYTES) return;
      link.pause();
      finish(end === -1 ? undefined : received.toString('utf8', 0, end).split('\0'));
      const rest = received.subarray(end + 2);
      if (end !== -1 && rest.length > 0) link.unshift(rest);
    };
    link.on('data', take).once('close', giveUp).once('end', giveUp);
  });
}

/** Returns whether the words start the receiving rsync and contain no character that a shell interprets. */
export function isRsyncServer(words: readonly string[]): boolean {
  return words[0] === 'rsync' && words[1] === '--server' && words.every((word) => /^[A-Za-z0-9_.,=+:@/-]+$/.test(word));
}

async function exitOf(child: ChildProcess): Promise<number> {
  const exit = new Promise<number>((resolve, reject) => {
    child.once('error', (error) => reject(explainSpawn(error)));
    child.once('exit', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
  });
  const stderrClosed = new Promise<void>((resolve) => child.stderr?.once('close', () => resolve()));
  const code = await exit;
  // The relay uses the same stderr and can end slightly later than rsync.
  await firstOf(stderrClosed, { timeoutMs: STDERR_CLOSE_MS });
  return code;
}

function explainSpawn(error: Error): Failure {
  if ('code' in error && error.code === 'ENOENT') {
    return new Failure('rsync was not found on this machine, and deliveries need it', {
      exitCode: 2,
      hint: 'install it with: sudo apt-get install rsync (Debian, Ubuntu), dnf install rsync, or apk add rsync',
    });
  }
  return new Failure(`rsync could not be started on this machine: ${messageOf(error)}`, { exitCode: 2, cause: error });
}

async function stop(child: ChildProcess, link: Duplex): Promise<void> {
  link.destroy();
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exit = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const first = await firstOf(exit, { timeoutMs: TERM_GRACE_MS });
  if (first.kind !== 'ended') child.kill('SIGKILL');
}

/** Escapes a path for an rsync pattern. rsync treats a backslash as an escape only in a pattern with wildcards. */
function literalPattern(path: string): string {
  return /[*?[]/.test(path) ? path.replace(/[\\*?[]/g, '\\$&') : path;
}
