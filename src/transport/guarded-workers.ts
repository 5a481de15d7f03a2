/** Gives the engine access to workers. The fence of this run guards everything that changes a worker. */
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

/** The status with which a fence ends the shell when a newer run has taken over the worker. */
export const OVERTAKEN = 75;

/** Lines of POSIX `sh` from the state for a worker; undefined when this state needs none. */
export interface Fence {
  /** Returns a line that ends the shell with the status `OVERTAKEN` when a newer run has taken over the worker. */
  readonly line: (worker: Pick<WorkerAddress, 'root'>) => string | undefined;
  /**
   * Returns a line that removes what the state left, outside of the bucket's own folder, on a worker that leaves the
   * bucket.
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
  /** Runs a script that changes nothing of this program: questions, and the probes of a job. It has no fence. */
  readonly look: (worker: WorkerAddress, command: RemoteCommand, signal: AbortSignal) => Promise<RemoteOutcome>;
  /** Runs every other script, behind the fence. */
  readonly change: Send;
  /**
   * Runs the last script on a worker that has left the bucket, as `change` does. After success the worker also forgets
   * the name of the state.
   */
  readonly leave: Send;
  /** Sends files behind the fence. */
  readonly deliver: (
    worker: WorkerAddress,
    delivery: Omit<Delivery, 'guard'>,
    signal: AbortSignal,
  ) => Promise<GuardedDeliveryOutcome>;
}

/** Puts the fence before every change. No other code does this. */
export function guardWorkers(transport: Transport, fence: Fence): GuardedWorkers {
  const change: Send = async (worker, command, signal) => {
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
 * The fence before one script. A random word that it prints distinguishes its refusal from everything that the script
 * does.
 */
class FenceBefore {
  readonly text: string;
  readonly #word = `maand-${randomBytes(8).toString('hex')} fence`;

  constructor(line: string) {
    this.text = `(\n${line}\n) || { maand_status=$?; echo "${this.#word}" >&2; exit "$maand_status"; }`;
  }

  /** Returns the listener without the lines that contain the word. */
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
