/**
 * Asks a program of this machine a short question, such as `rsync --version`, and collects what it prints.
 *
 * `@actions/exec` runs the program. That library has no time limit, cannot be aborted and does not show the process. Each question
 * is therefore raced with a limit of its own and with the signal of the run, and its process is killed from here. Hooks and rsync
 * take longer, start groups of processes and need more descriptors: they have runners of their own.
 */
import { Writable } from 'node:stream';
import { exec } from '@actions/exec';
import { observeChild } from './observed-child.ts';

export interface Question {
  /** A name without blanks, looked for in the folders of PATH. */
  readonly program: string;
  readonly args: readonly string[];
  /** The whole environment of the program. */
  readonly env: Readonly<Record<string, string>>;
  readonly limitMs: number;
  /** The signal of the run. */
  readonly signal: AbortSignal;
}

export type Answer =
  | { readonly kind: 'answered'; readonly exitCode: number; readonly text: string }
  /** The program printed more than anybody reads: the beginning of it. */
  | { readonly kind: 'cut'; readonly text: string }
  | { readonly kind: 'none'; readonly reason: 'not-run' | 'too-slow' | 'aborted' };

/** Counts both streams. `@actions/exec` searches an unfinished line from its start with every piece, so a larger limit would be slow. */
const LARGEST_ANSWER_BYTES = 1024 * 1024;

/** Returns what the program prints on stdout, at the latest when the limit is reached or the signal is aborted. Never throws. */
export async function ask(question: Question): Promise<Answer> {
  const { limitMs, signal } = question;
  if (signal.aborted) return { kind: 'none', reason: 'aborted' };
  const given = new Settled<Answer>();
  const timer = setTimeout(() => given.settle({ kind: 'none', reason: 'too-slow' }), limitMs);
  const leave = (): void => given.settle({ kind: 'none', reason: 'aborted' });
  signal.addEventListener('abort', leave, { once: true });
  const child = observeChild((startsNow) => run(question, given, startsNow));
  try {
    return await given.promise;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', leave);
    child.end();
  }
}

/** A promise that takes the first value it is given. */
class Settled<T> {
  readonly promise: Promise<T>;
  settle: (value: T) => void = () => {};

  constructor() {
    this.promise = new Promise((resolve) => {
      this.settle = resolve;
    });
  }
}

async function run({ program, args, env }: Question, given: Settled<Answer>, startsNow: () => void): Promise<void> {
  const printed: Buffer[] = [];
  let sizeBytes = 0;
  const text = (): string => Buffer.concat(printed).toString('utf8');
  const count = (chunk: Buffer): void => {
    sizeBytes += chunk.length;
    if (sizeBytes > LARGEST_ANSWER_BYTES) given.settle({ kind: 'cut', text: text() });
  };
  const stdout = (chunk: Buffer): void => {
    if (sizeBytes <= LARGEST_ANSWER_BYTES) printed.push(chunk);
    count(chunk);
  };
  // silent, and debug lines are not kept: neither the command nor its output reaches a log, where nothing would mask it
  const options = { env, silent: true, ignoreReturnCode: true, outStream: nowhere(), errStream: nowhere() };
  try {
    // without `cwd`, the first debug line comes in the same step as the start; a folder would be looked up in between
    const listeners = { stdout, stderr: count, debug: () => startsNow() };
    const exitCode = await exec(program, [...args], { ...options, listeners });
    given.settle({ kind: 'answered', exitCode, text: text() });
  } catch {
    given.settle({ kind: 'none', reason: 'not-run' }); // missing or broken is the same to the caller
  }
}

function nowhere(): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done() });
}
