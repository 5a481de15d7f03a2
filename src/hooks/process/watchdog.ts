/**
 * Ends the hooks of this run when its process has gone, also after SIGKILL. A small shell waits on a pipe that only this
 * process holds open. When the pipe closes, the shell ends every process that has the mark of the run.
 */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { MARK_VARIABLE } from './marked-processes.ts';

/**
 * Reads the mark from its input, so that the mark is neither in its arguments nor in its environment. It then waits for
 * the end of its input. It sends SIGTERM, waits up to 5 seconds, and sends SIGKILL.
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

/** Returns the mark for the next hook of this run, and starts the shell with the first one. */
export function nextMark(): string {
  runMark ??= watch(randomBytes(16).toString('hex'));
  hooks++;
  return `${runMark}.${hooks}`;
}

/** The shell has a session of its own, so that it survives what ends this process. It does not keep this process alive. */
function watch(mark: string): string {
  const shell = spawn('/bin/sh', ['-c', SCRIPT], {
    cwd: '/',
    detached: true,
    env: { PATH: process.env.PATH ?? '' },
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // Without a shell, hooks still end with every end of this process but SIGKILL.
  shell.on('error', () => {});
  shell.stdin.on('error', () => {});
  shell.stdin.write(`${mark}.\n`);
  shell.unref();
  (shell.stdin as unknown as { unref(): void }).unref();
  return mark;
}
