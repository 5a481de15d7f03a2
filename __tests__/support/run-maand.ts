/** Runs the committed bundle as users run it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

export const CLI = process.env.DEV_CLI ?? join(import.meta.dirname, '../../dist/cli.js');

export interface MaandRun {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The output of `--json`. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into documents of many shapes
  readonly json: any;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cli?: string;
  readonly node?: string;
  readonly cwd?: string;
}

/** Runs the program. Resolves after the program has ended. */
export async function runMaand(args: readonly string[], options: RunOptions = {}): Promise<MaandRun> {
  const { env = {}, cli = CLI, node = process.execPath, cwd } = options;
  const child = spawn(node, [cli, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1', ...env },
    ...(cwd === undefined ? {} : { cwd }),
  });
  const [stdout, stderr, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { status, stdout, stderr, json: args.includes('--json') && stdout !== '' ? JSON.parse(stdout) : undefined };
}
