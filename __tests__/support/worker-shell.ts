/** Runs the scripts for workers without a worker: real shells run them in a folder of this machine. */
import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { realpathSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { LineSplitter } from '../../src/base/text/lines.ts';

export interface ShellOutcome {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ShellRun {
  /** Program and options. The arguments `-c SCRIPT` follow. */
  readonly shell: readonly string[];
  readonly input?: Uint8Array;
  readonly path?: string;
  readonly env?: Readonly<Record<string, string>>;
}

const USUAL = [['sh'], ['dash'], ['bash', '--norc', '--posix'], ['busybox', 'sh']] as const;

/** The usual small shells of this machine, each once. Every machine has `sh`. */
export const SHELLS: readonly (readonly string[])[] = [
  ...new Map(USUAL.flatMap((shell) => programOf(shell[0]).map((file) => [file, shell] as const)).reverse()).values(),
].reverse();

function programOf(name: string): string[] {
  try {
    return [realpathSync(execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim())];
  } catch {
    return []; // the shell is missing
  }
}

/** A script that prints its answer up to a certain line, then reads one more line from descriptor 8. */
export interface ShellTalk {
  /** The lines up to that line, or all lines when the script ended without it. */
  readonly answer: Promise<readonly string[]>;
  /** Writes a line to the script. Without an argument, only closes the input. */
  readonly say: (word?: string) => void;
  readonly ended: Promise<ShellOutcome>;
}

export function startShellTalk(script: string, lastLine: string, run: Omit<ShellRun, 'input'>): ShellTalk {
  const child = spawnShell(`{ ${script}\n} 8<&0 </dev/null`, run);
  child.unref(); // a script that receives no line must not keep the test process alive
  const lines: string[] = [];
  let answered = (): void => {};
  const whole = new Promise<void>((resolve) => {
    answered = resolve;
  });
  const splitter = new LineSplitter((line) => {
    lines.push(line);
    if (line === lastLine) answered();
  });
  child.stdout.on('data', (chunk: Buffer) => splitter.push(chunk));
  const ended = outcomeOf(child);
  const answer = Promise.race([whole, ended]).then(() => [...lines]);
  const say = (word?: string) => void child.stdin.end(word === undefined ? undefined : `${word}\n`);
  return { answer, say, ended };
}

/** Runs a script to its end. */
export async function runShell(script: string, { input, ...run }: ShellRun): Promise<ShellOutcome> {
  const child = spawnShell(script, run);
  child.stdin.end(input);
  return outcomeOf(child);
}

function spawnShell(script: string, { shell, path, env }: Omit<ShellRun, 'input'>): ChildProcessWithoutNullStreams {
  const [program = 'sh', ...options] = shell;
  const child = spawn(program, [...options, '-c', script], {
    env: { PATH: path ?? process.env.PATH ?? '', LC_ALL: 'C', ...env },
  });
  child.stdin.on('error', () => {}); // the script ended without reading its input
  return child;
}

async function outcomeOf(child: ChildProcessWithoutNullStreams): Promise<ShellOutcome> {
  const [stdout, stderr, [exitCode]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { exitCode, stdout, stderr };
}
