/** A worker's side without a worker: the scripts that go over SSH, run by real shells in a folder of this machine. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { realpathSync } from 'node:fs';
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
  readonly env?: Readonly<Record<string, string>>;
}

const USUAL = [['sh'], ['dash'], ['bash', '--norc', '--posix'], ['busybox', 'sh']] as const;

/** Those of the usual small shells that this machine has, each once; `sh` is one of them everywhere. */
export const SHELLS: readonly (readonly string[])[] = [
  ...new Map(USUAL.flatMap((shell) => programOf(shell[0]).map((file) => [file, shell] as const)).reverse()).values(),
].reverse();

function programOf(name: string): string[] {
  try {
    return [realpathSync(execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim())];
  } catch {
    return []; // not here
  }
}

/** Runs a script to its end. */
export async function runShell(script: string, { shell, input, path, env }: ShellRun): Promise<ShellOutcome> {
  const [program = 'sh', ...options] = shell;
  const child = spawn(program, [...options, '-c', script], {
    env: { PATH: path ?? process.env.PATH ?? '', LC_ALL: 'C', ...env },
  });
  child.stdin.on('error', () => {}); // a script that ended without reading
  child.stdin.end(input);
  const [stdout, stderr, [exitCode]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { exitCode, stdout, stderr };
}
