/**
 * Asks a program of this machine a short question, such as `rsync --version`, and collects its output.
 *
 * `@actions/exec` runs the program. That library has no time limit, cannot be aborted and does not give access to the
 * process. Therefore each question has its own time limit, also ends when the run is aborted, and its process is killed
 * here. Hooks and rsync take longer, start groups of processes and need more descriptors, so other modules run them.
 */
import { Writable } from 'node:stream';
import { exec } from '@actions/exec';
import { observeChild } from './observed-child.ts';

export interface Question {
  /** A name without blanks. The program is searched in the folders of PATH. */
  readonly program: string;
  readonly args: readonly string[];
  /** The whole environment of the program. */
  readonly env: Readonly<Record<string, string>>;
  readonly limitMs: number;
  /** Aborts the question. It is the signal of the run. */
  readonly signal: AbortSignal;
}

export type Answer =
  | { readonly kind: 'answered'; readonly exitCode: number; readonly text: string }
  /** The program printed more than the limit. `text` is the beginning of the output. */
  | { readonly kind: 'cut'; readonly text: string }
  | { readonly kind: 'none'; readonly reason: 'not-run' | 'too-slow' | 'aborted' };

/**
 * The size limit for both streams together. For each new piece of output, `@actions/exec` searches an unfinished line
 * again from its start. A larger limit would be slow.
 */
const LARGEST_ANSWER_BYTES = 1024 * 1024;

/**
 * Returns the output of the program on stdout. Returns early at the time limit or when the signal aborts. Never throws.
 */
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

/** A promise that resolves with the first value that `settle` receives. */
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
  // `silent` is set and debug lines are dropped, because the command and its output must not reach a log that does not
  // mask them.
  const options = { env, silent: true, ignoreReturnCode: true, outStream: nowhere(), errStream: nowhere() };
  try {
    // Without `cwd`, the first debug line comes synchronously before the start. With `cwd`, the library would check the
    // folder in between.
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
