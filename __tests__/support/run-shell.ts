import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { delimiter } from 'node:path';
import { text } from 'node:stream/consumers';

export interface ShellPlace {
  readonly cwd: string;
  /** A folder that comes first in PATH. */
  readonly path: string;
}

/** Runs shell text as a user would type it. */
export async function runShell(script: string, { cwd, path }: ShellPlace) {
  const child = spawn('/bin/sh', ['-c', script], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1', PATH: `${path}${delimiter}${process.env.PATH}` },
  });
  const [stdout, stderr, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { status: status as number | null, stdout, stderr };
}
