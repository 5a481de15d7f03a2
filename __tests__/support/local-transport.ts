/**
 * A transport without a network. Real shells and rsync carry out the scripts and deliveries of a run in folders of this
 * machine. A worker can be down, and the run can be killed at any of its steps.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { END_OF_ANSWER } from '../../src/state-fleet/worker-script.ts';
import type {
  Delivery,
  DeliveryOutcome,
  RemoteCommand,
  RemoteOutcome,
  Transport,
  TransportProblem,
  WorkerAddress,
} from '../../src/transport/port.ts';
import { RSYNC_OPTIONS } from '../../src/transport/ssh/rsync.ts';
import type { RunFate } from './run-fate.ts';
import { runShell, type ShellOutcome, type ShellTalk, startShellTalk } from './worker-shell.ts';

const run = promisify(execFile);

export interface LocalTransportOptions {
  readonly fate: RunFate;
  /** Hosts that do not respond. */
  readonly down: ReadonlySet<string>;
  /** Additional environment variables for scripts. */
  readonly env: Readonly<Record<string, string>>;
}

export function openLocalTransport({ fate, down, env }: LocalTransportOptions): Transport {
  const unusable = (host: string, signal: AbortSignal): TransportProblem | undefined => {
    if (down.has(host) || fate.isCutOff) return { kind: 'unreachable', host, message: `worker ${host} is down` };
    return signal.aborted ? { kind: 'cancelled', host, message: `worker ${host}: cancelled` } : undefined;
  };
  return {
    handshakes: 0,
    connect: async ({ host }, signal) => {
      const problem = unusable(host, signal);
      return problem ? { kind: 'failed', problem } : { kind: 'connected' };
    },
    exec: (worker, given, signal) => {
      const command = { ...given, env: { ...env, ...given.env } };
      const heard = async (work: () => Promise<RemoteOutcome>): Promise<RemoteOutcome> => {
        const before = unusable(worker.host, signal);
        if (before) return { kind: 'failed', problem: before, durationMs: 0 };
        const outcome = await work();
        const problem = unusable(worker.host, signal); // the script has ended, but a cancelled run does not receive the result
        return problem ? { kind: 'failed', problem, durationMs: 0 } : outcome;
      };
      const { lastWord } = command;
      if (lastWord === undefined) return fate.step(() => heard(() => execute(command)));
      return talk({ fate, heard, command, lastWord });
    },
    deliver: (worker, delivery, signal) =>
      fate.step(async (): Promise<DeliveryOutcome> => {
        const problem = unusable(worker.host, signal);
        return problem ? { kind: 'failed', problem, durationMs: 0 } : mirror(worker, delivery);
      }),
    forget: () => {},
    [Symbol.asyncDispose]: async () => {},
  };
}

interface Talking {
  readonly fate: RunFate;
  readonly heard: (work: () => Promise<RemoteOutcome>) => Promise<RemoteOutcome>;
  readonly command: RemoteCommand;
  readonly lastWord: Promise<string>;
}

/**
 * Runs a script that waits for a last word. Its answer is one step of the run, and the last word is another step. A run that
 * is over has closed the connection.
 */
async function talk({ fate, heard, command, lastWord }: Talking): Promise<RemoteOutcome> {
  const { script, env = {}, onLine } = command;
  let standing: ShellTalk | undefined;
  const first = await fate.step(() =>
    heard(async () => {
      const started = startShellTalk(script, END_OF_ANSWER, { shell: ['sh'], env });
      standing = started;
      fate.whenOver(async () => {
        started.say();
        await started.ended;
      });
      const stdout = (await started.answer).map((line) => `${line}\n`).join('');
      return { kind: 'exited', exitCode: 0, stdout, stderr: '', durationMs: 0 };
    }),
  );
  if (first.kind !== 'exited' || !standing) return first;
  const { say, ended } = standing;
  for (const line of first.stdout.split('\n').slice(0, -1)) onLine?.(line, 'stdout');
  const word = await Promise.race([lastWord, ended.then(() => undefined)]);
  return fate.step(() =>
    heard(async () => {
      if (word !== undefined) say(word);
      return exited(await ended);
    }),
  );
}

function exited({ exitCode, stdout, stderr }: ShellOutcome): RemoteOutcome {
  return { kind: 'exited', exitCode: exitCode ?? 137, stdout, stderr, durationMs: 0 };
}

async function execute({ script, env = {}, input, onLine }: RemoteCommand): Promise<RemoteOutcome> {
  const outcome = await runShell(script, { shell: ['sh'], env, ...(input ? { input } : {}) });
  for (const line of outcome.stdout.split('\n').slice(0, -1)) onLine?.(line, 'stdout');
  for (const line of outcome.stderr.split('\n').slice(0, -1)) onLine?.(line, 'stderr');
  return exited(outcome);
}

async function mirror({ host }: WorkerAddress, delivery: Delivery): Promise<DeliveryOutcome> {
  const { sources, destination, protect, guard } = delivery;
  const allowed = await runShell(`${guard ?? ':'}; mkdir -p "${destination}"`, { shell: ['sh'] });
  if (allowed.exitCode !== 0) {
    return { kind: 'rejected', exitCode: allowed.exitCode ?? 1, stderr: `${host}: ${allowed.stderr}`, durationMs: 0 };
  }
  const filters = protect.map((path) => `--exclude=/${path}`);
  await run('rsync', [...RSYNC_OPTIONS, ...filters, ...sources, `${destination}/`]);
  return { kind: 'delivered', durationMs: 0 };
}
