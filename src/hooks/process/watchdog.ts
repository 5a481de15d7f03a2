/**
 * Ends the hooks of this run when the process of this program has ended, even when SIGKILL ended it. A small shell
 * waits on a pipe that only this process holds open. When the pipe closes, the shell ends every process that has the
 * mark of the run.
 */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { MARK_VARIABLE } from './marked-processes.ts';

/**
 * The script of the shell. The script reads the mark from stdin, so that the arguments and the environment of the shell
 * do not contain the mark. Then the script waits until stdin closes. After that, the script sends SIGTERM to the marked
 * processes, waits up to 5 seconds, and sends SIGKILL.
 */
const SCRIPT = `read -r mark || exit
while read -r _; do :; done
marked() { grep -ls -e "${MARK_VARIABLE}=$mark" /proc/[0-9]*/environ 2>/dev/null | sed 's|/proc/||; s|/environ||'; }
signal=TERM
for round in 1 2 3 4 5 6; do
  found=$(marked)
  [ -n "$found" ] || exit
  kill -"$signal" $found 2>/dev/null
  if [ "$round" = 5 ]; then signal=KILL; else sleep 1; fi
done
`;

let runMark: string | undefined;
let hooks = 0;

/** Returns the mark for the next hook of this run. The first call also starts the shell. */
export function nextMark(): string {
  runMark ??= watch(randomBytes(16).toString('hex'));
  hooks++;
  return `${runMark}.${hooks}`;
}

/**
 * Starts the shell in its own session, so that a signal to the process group of this program does not end the shell.
 * The shell does not keep this process alive. Returns the mark.
 */
function watch(mark: string): string {
  const shell = spawn('/bin/sh', ['-c', SCRIPT], {
    cwd: '/',
    detached: true,
    env: { PATH: process.env.PATH ?? '' },
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // When the shell cannot be started, hooks keep running only if SIGKILL ends this process.
  shell.on('error', () => {});
  shell.stdin.on('error', () => {});
  shell.stdin.write(`${mark}.\n`);
  shell.unref();
  (shell.stdin as unknown as { unref(): void }).unref();
  return mark;
}
