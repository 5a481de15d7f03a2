/**
 * Runs one script in its own process group. Waits until the script, the whole group and all marked child processes
 * outside of the group have ended. The time limit and an abort end all these processes. So a process that a script
 * leaves behind cannot block the run or continue after the run.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { newAbort } from '../../base/abort.ts';
import { messageOf } from '../../base/failure.ts';
import { atExit } from '../../base/text/last-words.ts';
import { endMarked, MARK_VARIABLE } from './marked-processes.ts';
import type { OutputStream } from './output-lines.ts';
import { endGroup, killGroup } from './process-group.ts';
import { nextMark } from './watchdog.ts';

/** The time in milliseconds in which child processes may still write to the pipes after the script has ended. */
const PIPE_GRACE_MS = 1_000;
/** The longest delay of a timer. Node fires a timer with a longer delay immediately. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export interface Script {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly onOutput: (stream: OutputStream, chunk: Buffer) => void;
}

/**
 * `exitCode` is 128 + n after signal n. For a script that was cancelled before its start, `exitCode` is the code for
 * SIGTERM.
 */
export type ScriptEnd =
  | { readonly kind: 'exited' | 'timed-out' | 'cancelled'; readonly exitCode: number }
  /** `missing`: the program or its working folder does not exist. */
  | { readonly kind: 'not-started'; readonly cause: 'missing' | 'other'; readonly message: string };

/**
 * Runs a script with an empty stdin. Resolves when the script, its process group and its marked child processes outside
 * of the group have ended. Never throws for errors of the script.
 */
export async function runScript(script: Script, signal: AbortSignal): Promise<ScriptEnd> {
  if (signal.aborted) return { kind: 'cancelled', exitCode: 128 + constants.signals.SIGTERM };
  const mark = nextMark();
  const started = await start({ ...script, env: { ...script.env, [MARK_VARIABLE]: mark } });
  if ('problem' in started) {
    const { cause, problem } = started;
    return { kind: 'not-started', cause, message: `could not start ${script.file}: ${problem}` };
  }
  const { child, pid, exited, closed } = started;
  using _leaving = atExit(() => killGroup(pid));
  const kind = await firstEnd(exited, script.timeoutMs, signal);
  if (kind !== 'exited') await endGroup(pid);
  const exitCode = await exited;
  await within(closed, PIPE_GRACE_MS);
  await endGroup(pid);
  await endMarked(mark);
  child.stdout?.destroy();
  child.stderr?.destroy();
  return { kind, exitCode };
}

interface StartedScript {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly exited: Promise<number>;
  /** Resolves when both pipes have ended. */
  readonly closed: Promise<void>;
}

interface UnstartedScript {
  readonly problem: string;
  readonly cause: 'missing' | 'other';
}

async function start(script: Script): Promise<StartedScript | UnstartedScript> {
  try {
    const child = spawn(script.file, script.args, {
      cwd: script.cwd,
      env: script.env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.on('data', (chunk: Buffer) => script.onOutput('stdout', chunk));
    child.stderr.on('data', (chunk: Buffer) => script.onOutput('stderr', chunk));
    const exited = new Promise<number>((done) => child.once('exit', (code, name) => done(toExitCode(code, name))));
    const closed = new Promise<void>((done) => child.once('close', () => done()));
    const pid = await new Promise<number>((running, failed) => {
      child.once('spawn', () => running(child.pid as number));
      child.once('error', failed);
    });
    return { child, pid, exited, closed };
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    return { problem: messageOf(thrown), cause: code === 'ENOENT' ? 'missing' : 'other' };
  }
}

function toExitCode(code: number | null, name: NodeJS.Signals | null): number {
  return name === null ? (code ?? 1) : 128 + constants.signals[name];
}

async function firstEnd(
  exited: Promise<number>,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<'exited' | 'timed-out' | 'cancelled'> {
  const { promise: cut, settle } = cutOff(timeoutMs, signal);
  const kind = await Promise.race([exited.then(() => 'exited' as const), cut]);
  settle();
  return kind;
}

/** Settles when the time limit passes or the signal aborts. `settle` removes the timer and the listener. */
function cutOff(timeoutMs: number, signal: AbortSignal) {
  let settle = (): void => {};
  const promise = new Promise<'timed-out' | 'cancelled'>((end) => {
    const timer = setTimeout(() => end('timed-out'), Math.min(timeoutMs, LONGEST_TIMER_MS));
    const abort = (): void => end('cancelled');
    signal.addEventListener('abort', abort, { once: true });
    settle = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
    };
  });
  return { promise, settle };
}

async function within(event: Promise<void>, limitMs: number): Promise<void> {
  const over = newAbort();
  await Promise.race([event, delay(limitMs, undefined, { signal: over.signal }).catch(() => {})]);
  over.abort();
}
