/** Runs the command line: parses the arguments, runs the command, shows its result and returns the exit code. */
import { hostname } from 'node:os';
import { Masker } from '../base/masker.ts';
import { Door } from '../door/door.ts';
import { DeployReport } from '../report/deploy-report.ts';
import { type Ending, endingJson, endingOf } from '../report/ending.ts';
import { isWithheld, OPTIONS, secretVariable } from '../request/option-table.ts';
import { parseRunIdentity } from '../request/run-identity.ts';
import type { Face, RunRequest } from '../session/face.ts';
import { type Invocation, type Launch, readArgs, readScreen, type ScreenWishes, secretValues } from './args.ts';
import { Cancellation } from './cancellation.ts';
import { commandHelp, programHelp } from './help.ts';
import { showResult } from './show-result.ts';
import { Terminal } from './terminal.ts';
import { programVersion } from './version.ts';

type Run = Extract<Invocation, { kind: 'run' }>;

interface Session {
  readonly host: NodeJS.Process;
  readonly run: RunRequest;
  readonly launch: Launch;
  readonly screen: ScreenWishes;
  readonly door: Door;
}

/** Returns the exit code and never throws. Functions that are called from here do not read `host`. */
export async function runCli(host: NodeJS.Process, run: RunRequest): Promise<number> {
  host.stderr.on('error', () => {}); // standard error is closed, so nothing more can be reported
  host.stdout.on('error', (error) => leaveUnheard(host, error));
  const launch = { argv: host.argv.slice(2), env: { ...host.env }, workingDirectory: host.cwd() };
  const session = { host, run, launch, screen: readScreen(launch), door: new Door(new Masker()) };
  for (const [name, secret] of secretValues(launch.env))
    session.door.masker.add(secret, `the environment variable ${name}`);
  // child processes inherit host.env
  for (const option of OPTIONS) if (isWithheld(option)) delete host.env[secretVariable(option)];
  let invocation: Invocation;
  try {
    invocation = readArgs(launch);
  } catch (thrown) {
    using terminal = openTerminal(session, { command: '', logFormat: 'text' });
    return showEnding(session, terminal, { ending: endingOf(thrown) });
  }
  return invoke(session, invocation);
}

/**
 * Handles a failure of standard output. A closed pipe is not an error, because the reader does not want more output. Any
 * other error means that the result was lost, so the process exits with code 1.
 */
function leaveUnheard(host: NodeJS.Process, error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') return;
  host.stderr.write(`error: cannot write the result: ${error.message}\n`);
  host.exit(1);
}

async function invoke(session: Session, invocation: Invocation): Promise<number> {
  const { stdout } = session.host;
  switch (invocation.kind) {
    case 'version':
      stdout.write(`maand ${programVersion()}\n`);
      return 0;
    case 'help':
      stdout.write(invocation.spec ? commandHelp(invocation.spec) : programHelp());
      return 0;
    case 'run':
      return runCommand(session, invocation);
  }
}

async function runCommand(session: Session, { request, logFormat, notes = [] }: Run): Promise<number> {
  const { host, screen, door } = session;
  using terminal = openTerminal(session, { command: request.command, logFormat });
  using cancellation = new Cancellation({
    source: host,
    onFirst: (name) => terminal.note(`${name}: ending what is under way; once more to leave at once`),
    onSecond: (exitCode) => {
      terminal[Symbol.dispose]();
      host.exit(exitCode);
    },
  });
  for (const note of notes) terminal.note(door.text(note));
  const report = new DeployReport(Date.now());
  door.hear((event) => report.add(event));
  door.hear((event) => terminal.emit(event));
  door.open();
  try {
    const result = await session.run(request, faceOf(session, { terminal, cancellation }));
    terminal[Symbol.dispose]();
    showResult(host.stdout, door.result(result), {
      form: screen.json ? 'json' : 'text',
      colors: screen.color === 'auto' ? 'on' : 'off',
    });
    return result.exitCode === 0 ? 0 : (cancellation.exitCode ?? result.exitCode);
  } catch (thrown) {
    terminal[Symbol.dispose]();
    const reason = cancellation.exitCode === undefined ? thrown : cancellation.signal.reason;
    const exitCode = showEnding(session, terminal, { ending: endingOf(reason), report });
    return cancellation.exitCode ?? exitCode;
  }
}

interface FaceParts {
  readonly terminal: Terminal;
  readonly cancellation: Cancellation;
}

function faceOf({ host, launch, door }: Session, { terminal, cancellation }: FaceParts): Face {
  return {
    identity: parseRunIdentity(launch.env, { pid: host.pid, hostname: hostname() }),
    disk: 'kept',
    audience: 'terminal',
    inputNames: { stateKey: 'MAAND_STATE_KEY', sshKey: 'MAAND_SSH_PRIVATE_KEY' },
    env: launch.env,
    workingDirectory: launch.workingDirectory,
    temporaryFolder: undefined,
    masker: door.masker,
    signal: cancellation.signal,
    emit: door.emit,
    hear: door.hear,
    warn: (diagnostics) => terminal.warn(door.findings(diagnostics)),
    onHandover: async () => {}, // no step runs after this process; its lock expires
    onStaging: () => {}, // the run removes the folder; no step runs after this process
  };
}

function openTerminal(
  { host, screen }: Session,
  { command, logFormat }: { command: string; logFormat: Run['logFormat'] },
): Terminal {
  const { stderr } = host;
  const live = stderr.isTTY && screen.color === 'auto';
  return new Terminal({
    screen: stderr,
    colors: live ? 'on' : 'off',
    live: live ? 'on' : 'off',
    detail: screen.verbose ? 'all' : 'compact',
    logFormat,
    command,
  });
}

/** How a command ended without a result, and the report of its work until then. */
interface CommandEnd {
  readonly ending: Ending;
  readonly report?: DeployReport;
}

/**
 * Writes the sentence to standard error. With `--json`, also writes the one JSON document to standard output. Returns the
 * exit code.
 */
function showEnding({ host, door, screen }: Session, terminal: Terminal, { ending, report }: CommandEnd): number {
  const masked = door.ending(ending);
  terminal.fail(masked);
  if (screen.json)
    host.stdout.write(
      `${JSON.stringify(endingJson(masked, door.progress(report?.brokenOff(Date.now()))), undefined, 2)}\n`,
    );
  return ending.exitCode;
}
