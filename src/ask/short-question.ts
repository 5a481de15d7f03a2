/**
 * Asks a program of this machine a short question, such as `rsync --version`, and collects what it prints.
 *
 * `@actions/exec` runs the program. That library has no time limit, cannot be aborted and does not show the process. Therefore
 * each question has its own time limit, also ends at the signal of the run, and its process is killed here. Hooks and rsync
 * take longer, start groups of processes and need more descriptors, so other modules run them.
 */
import { Writable } from 'node:stream';
import { exec } from '@actions/exec';
import { observeChild } from './observed-child.ts';

export interface Question {
  /** A name without blanks; the program is searched in the folders of PATH. */
  readonly program: string;
  readonly args: readonly string[];
  /** The whole environment of the program. */
  readonly env: Readonly<Record<string, string>>;
  readonly limitMs: number;
  /** Aborts the question; it is the signal of the run. */
  readonly signal: AbortSignal;
}

export type Answer =
  | { readonly kind: 'answered'; readonly exitCode: number; readonly text: string }
  /** The program printed more than the limit; `text` is the beginning. */
  | { readonly kind: 'cut'; readonly text: string }
  | { readonly kind: 'none'; readonly reason: 'not-run' | 'too-slow' | 'aborted' };

/**
 * The limit for both streams together. `@actions/exec` searches an unfinished line again from its start with every
 * piece, so a larger limit would be slow.
 */
const LARGEST_ANSWER_BYTES = 1024 * 1024;

/** Returns what the program printed on stdout. Returns early at the time limit or when the signal is aborted. Never throws. */
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

/** A promise that resolves with the first value it is given. */
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
  // silent, and debug lines are dropped: the command and its output must not reach a log that does not mask them
  const options = { env, silent: true, ignoreReturnCode: true, outStream: nowhere(), errStream: nowhere() };
  try {
    // without `cwd`, the first debug line comes synchronously before the start; with `cwd`, the folder would be checked in between
    const listeners = { stdout, stderr: count, debug: () => startsNow() };
    const exitCode = await exec(program, [...args], { ...options, listeners });
    given.settle({ kind: 'answered', exitCode, text: text() });
  } catch {
    given.settle({ kind: 'none', reason: 'not-run' }); // the caller does not distinguish missing and broken programs
  }
}

function nowhere(): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done() });
}
