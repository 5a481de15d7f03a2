/** A worker's side without a worker: the scripts that go over SSH, run by real shells in a folder of this machine. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

export interface ShellOutcome {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ShellRun {
  /** Program and options; the script follows as `-c SCRIPT`. */
  readonly shell: readonly string[];
  readonly input?: Uint8Array;
  readonly path?: string;
  readonly signal?: AbortSignal;
}

/** Those of the usual small shells that this machine has; `sh` is one of them everywhere. */
export const SHELLS: readonly (readonly string[])[] = [
  ['sh'],
  ['dash'],
  ['bash', '--norc', '--posix'],
  ['busybox', 'sh'],
].filter(([program = '']) => isHere(program));

function isHere(program: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Runs a script to its end. */
export async function runShell(script: string, { shell, input, path, signal }: ShellRun): Promise<ShellOutcome> {
  const [program = 'sh', ...options] = shell;
  const env = { PATH: path ?? process.env.PATH ?? '', LC_ALL: 'C' };
  const child = spawn(program, [...options, '-c', script], {
    env,
    ...(signal ? { signal, killSignal: 'SIGKILL' } : {}),
  });
  child.on('error', () => {}); // an aborted signal; the exit tells
  child.stdin.on('error', () => {}); // a script that ended without reading
  child.stdin.end(input);
  const [stdout, stderr, [exitCode]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { exitCode, stdout, stderr };
}
