/**
 * Gives the engine access to workers. Before every change, the fence checks that no newer run has taken over the
 * worker.
 */
import { randomBytes } from 'node:crypto';
import type {
  ConnectOutcome,
  Delivery,
  DeliveryOutcome,
  RemoteCommand,
  RemoteOutcome,
  Transport,
  WorkerAddress,
} from './port.ts';

/** Exit status of the fence when a newer run has taken over the worker. */
export const OVERTAKEN = 75;

/**
 * Lines of POSIX `sh` that the state provides for a worker. A method returns `undefined` when the state needs no line.
 */
export interface Fence {
  /** Returns a line that ends the shell with the status `OVERTAKEN` when a newer run has taken over the worker. */
  readonly line: (worker: Pick<WorkerAddress, 'root'>) => string | undefined;
  /**
   * Returns a line for a worker that leaves the bucket. The line removes the files that the state wrote on this worker
   * outside the bucket's folder.
   */
  readonly forget: (worker: Pick<WorkerAddress, 'root'>) => string | undefined;
}

/** `overtaken`: the fence ended the shell before the requested script or delivery began. */
interface Overtaken {
  readonly kind: 'overtaken';
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
}

export type ChangeOutcome = RemoteOutcome | Overtaken;
export type GuardedDeliveryOutcome = DeliveryOutcome | Omit<Overtaken, 'stdout'>;

/** Runs a script on a worker. */
export type Send = (worker: WorkerAddress, command: RemoteCommand, signal: AbortSignal) => Promise<ChangeOutcome>;

export interface GuardedWorkers {
  readonly connect: (worker: WorkerAddress, signal: AbortSignal) => Promise<ConnectOutcome>;
  /**
   * Runs a script that changes nothing that this program manages, such as a query or a job's probe. It runs without the
   * fence.
   */
  readonly look: (worker: WorkerAddress, command: RemoteCommand, signal: AbortSignal) => Promise<RemoteOutcome>;
  /** Runs a script that may change the worker. The fence runs first. */
  readonly change: Send;
  /**
   * Runs the last script on a worker that has left the bucket, with the fence as in `change`. When the script succeeds,
   * the line of `Fence.forget` runs too.
   */
  readonly leave: Send;
  /** Forgets failures to open a connection. See `Transport.forget`. */
  readonly forget: Transport['forget'];
  /** Sends files. The fence runs first. */
  readonly deliver: (
    worker: WorkerAddress,
    delivery: Omit<Delivery, 'guard'>,
    signal: AbortSignal,
  ) => Promise<GuardedDeliveryOutcome>;
}

/**
 * Returns the lines of POSIX `sh` with which this run leaves its name on a worker before it changes it; undefined when
 * the name is there already.
 */
export type Signature = (worker: Pick<WorkerAddress, 'host'>) => string | undefined;

/** Puts the fence, and after it the signature, before every change. No other code does this. */
export function guardWorkers(
  transport: Transport,
  fence: Fence,
  signature: Signature = () => undefined,
): GuardedWorkers {
  const change: Send = async (worker, asked, signal) => {
    const name = signature(worker);
    // a worker where the name cannot be written can still be changed, for example to stop a job on a full disk
    const command = name === undefined ? asked : { ...asked, script: `(\n${name}\n) || :\n${asked.script}` };
    const line = fence.line(worker);
    if (line === undefined) return transport.exec(worker, command, signal);
    const before = new FenceBefore(line);
    const { onLine } = command;
    const guarded = {
      ...command,
      script: `${before.text}\n${command.script}`,
      ...(onLine === undefined ? {} : { onLine: before.without(onLine) }),
    };
    const outcome = await transport.exec(worker, guarded, signal);
    return outcome.kind === 'exited' ? before.judge(outcome) : outcome;
  };
  return {
    connect: (worker, signal) => transport.connect(worker, signal),
    look: (worker, command, signal) => transport.exec(worker, command, signal),
    change,
    forget: (after) => transport.forget(after),
    leave: (worker, command, signal) => {
      const forget = fence.forget(worker);
      const script = forget === undefined ? command.script : `(\n${command.script}\n) || exit\n${forget}`;
      return change(worker, { ...command, script }, signal);
    },
    deliver: async (worker, delivery, signal) => {
      const line = fence.line(worker);
      if (line === undefined) return transport.deliver(worker, delivery, signal);
      const before = new FenceBefore(line);
      const outcome = await transport.deliver(worker, { ...delivery, guard: before.text }, signal);
      return outcome.kind === 'rejected' ? before.judge(outcome) : outcome;
    },
  };
}

interface Ended {
  readonly exitCode: number;
  readonly stderr: string;
}

/**
 * Places the fence before one script. When the fence refuses, it prints a random word. The word distinguishes this
 * refusal from any output or exit status of the script.
 */
class FenceBefore {
  readonly text: string;
  readonly #word = `maand-${randomBytes(8).toString('hex')} fence`;

  constructor(line: string) {
    this.text = `(\n${line}\n) || { maand_status=$?; echo "${this.#word}" >&2; exit "$maand_status"; }`;
  }

  /** Returns a listener that drops the line with the random word and passes on all other lines. */
  without(onLine: NonNullable<RemoteCommand['onLine']>): NonNullable<RemoteCommand['onLine']> {
    return (line, stream) => {
      if (line !== this.#word) onLine(line, stream);
    };
  }

  judge<T extends Ended>(ended: T): T | (Omit<T, 'kind'> & { readonly kind: 'overtaken' }) {
    const lines = ended.stderr.split('\n');
    if (!lines.includes(this.#word)) return ended;
    const stderr = lines.filter((line) => line !== this.#word).join('\n');
    return ended.exitCode === OVERTAKEN ? { ...ended, stderr, kind: 'overtaken' } : { ...ended, stderr };
  }
}
