/** Builds the command line and the standard input for a script that runs on a worker. */
import { shellQuote } from '../../../base/text/shell-quote.ts';
import { workerProgram } from '../../../worker-side/program.ts';

/** The user that a remote script runs as. */
export type RunAs = 'user' | 'root';

/**
 * Returns the command line of a channel that runs a script from its standard input. Every login shell understands this
 * line: it contains no newline, and only single quotes. `sshd` makes the first process the leader of its own process
 * group. That process prints its id and then becomes the shell of the script, or `sudo`.
 */
export function shellCommandLine(token: string, runAs: RunAs): string {
  return launch(token, runAs === 'root' ? 'exec sudo -n sh' : 'exec sh');
}

/**
 * Returns the standard input for `shellCommandLine`. The braces make `sh` read the whole script before it runs any
 * command, so nothing runs when the connection is lost half-way. They also give the commands an empty standard input.
 * The environment is sent here, because every user of the worker can read arguments.
 */
export function shellInput(token: string, script: string, env: Readonly<Record<string, string>>): string {
  return braced({ token, script, env }, '</dev/null');
}

/**
 * Returns the standard input for a script that may read one more line, from descriptor 8. The final `exit` ends the
 * shell after the script, although its standard input is still open.
 */
export function talkingShellInput(token: string, script: string, env: Readonly<Record<string, string>>): string {
  return `${braced({ token, script, env }, '8<&0 </dev/null')}exit\n`;
}

interface ShellScript {
  readonly token: string;
  readonly script: string;
  readonly env: Readonly<Record<string, string>>;
}

function braced({ token, script, env }: ShellScript, redirections: string): string {
  const exports = Object.entries(env).map(([name, value]) => `export ${exportName(name)}=${shellQuote(value)}\n`);
  return `${readyLines(token)}\n{\n${exports.join('')}${script}\n} ${redirections}\n`;
}

/**
 * Returns the command line of a channel whose script is an argument. The standard input is then free for other bytes.
 */
export function inputCommandLine(token: string, runAs: RunAs, script: string): string {
  const whole = `"$(printf %b ${shellQuote(oneLine(`${readyLines(token)}\n${script}`))})"`;
  return launch(token, runAs === 'root' ? `exec sudo -n sh -c ${whole}` : `exec sh -c ${whole}`);
}

/**
 * Returns the script as one line for `printf %b`: some login shells accept neither a line break nor an exclamation mark
 * between single quotes.
 */
function oneLine(script: string): string {
  return script.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('!', '\\0041');
}

/**
 * Exit status of `rsyncCommandLine` when the worker lacks programs. A line `<token> missing <names>` on stderr names
 * the missing programs.
 */
export const TOOLS_MISSING = 127;

/** Returns the command line of a channel that carries the stream of `rsync --server`. */
export function rsyncCommandLine(delivery: {
  readonly token: string;
  readonly runAs: RunAs;
  readonly destination: string;
  /** Folders below the destination whose contents are replaced. */
  readonly mirrored: readonly string[];
  readonly tools: readonly string[];
  readonly guard: string | undefined;
  readonly rsyncWords: readonly string[];
}): string {
  const { token, runAs, destination, mirrored, tools, guard, rsyncWords } = delivery;
  const variables = { token, tools: [...tools, 'rsync'].join(' '), destination, mirrored: mirrored.join(' ') };
  const receive = workerProgram(['links', 'receive-files'], { variables, words: rsyncWords });
  const script = guard === undefined ? receive : `${guard}\n${receive}`;
  // Without sudo, the shell that prints its id becomes rsync itself. This saves one process.
  return launch(token, runAs === 'root' ? `exec sudo -n sh -c ${shellQuote(evaluated(script))}` : evaluated(script));
}

/** Returns the command line that ends process groups with TERM, and with KILL after `graceSeconds`. */
export function endGroupsCommandLine(groupIds: readonly number[], runAs: RunAs, graceSeconds: number): string {
  const variables = { tenths: Math.ceil(graceSeconds * 10) };
  const shell = `sh -c ${shellQuote(evaluated(workerProgram('end-groups', { variables, words: groupIds.map(String) })))}`;
  return runAs === 'root' ? `exec sudo -n ${shell}` : `exec ${shell}`;
}

/** Returns one line of `sh` that runs a script of several lines. */
function evaluated(script: string): string {
  return `eval "$(printf %b ${shellQuote(oneLine(script))})"`;
}

function launch(token: string, command: string): string {
  return `exec sh -c ${shellQuote(`printf "\\n%s pid %s\\n" ${token} $$; ${command}`)}`;
}

/**
 * Returns the lines that print the process id of the script. `sudo` may start the script in a new process group
 * (`use_pty`), so the script prints its own id too.
 */
function readyLines(token: string): string {
  const line = `printf "\\n%s ready %s\\n" ${token} $$`;
  return `${line}; ${line} >&2`;
}

function exportName(name: string): string {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw new RangeError(`"${name}" is no name of an environment variable`);
  return name;
}
