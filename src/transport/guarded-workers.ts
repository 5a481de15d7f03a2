/** The door through which the engine reaches workers: the fence of this run stands in front of whatever changes one. */
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

/** Status with which a fence ends the shell when a newer run has taken the worker over. */
export const OVERTAKEN = 75;

/** Lines of POSIX `sh` that the state has for a worker; undefined: this state needs none. */
export interface Fence {
  /** Ends the shell with the status `OVERTAKEN` when a newer run has taken the worker over. */
  readonly line: (worker: Pick<WorkerAddress, 'root'>) => string | undefined;
  /** Removes what the state left on a worker that leaves, beside the bucket's own folder. */
  readonly forget: (worker: Pick<WorkerAddress, 'root'>) => string | undefined;
}

/** `overtaken`: the fence has ended the shell, and nothing of what was asked has begun. */
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
  /** For a script that changes nothing of ours: questions, and the probes of a job. It has no fence. */
  readonly look: (worker: WorkerAddress, command: RemoteCommand, signal: AbortSignal) => Promise<RemoteOutcome>;
  /** For every other script: the fence stands in front of it. */
  readonly change: Send;
  /** The same for the last script on a worker that has left: when it succeeds, the worker also forgets the state's name. */
  readonly leave: Send;
  /** Sends files behind the fence. */
  readonly deliver: (
    worker: WorkerAddress,
    delivery: Omit<Delivery, 'guard'>,
    signal: AbortSignal,
  ) => Promise<GuardedDeliveryOutcome>;
}

/** The only place that puts a fence in front of anything. */
export function guardWorkers(transport: Transport, fence: Fence): GuardedWorkers {
  const change: Send = async (worker, command, signal) => {
    const line = fence.line(worker);
    if (line === undefined) return transport.exec(worker, command, signal);
    const door = new Door(line);
    const { onLine } = command;
    const guarded = {
      ...command,
      script: `${door.text}\n${command.script}`,
      ...(onLine === undefined ? {} : { onLine: door.without(onLine) }),
    };
    const outcome = await transport.exec(worker, guarded, signal);
    return outcome.kind === 'exited' ? door.judge(outcome) : outcome;
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
      const door = new Door(line);
      const outcome = await transport.deliver(worker, { ...delivery, guard: door.text }, signal);
      return outcome.kind === 'rejected' ? door.judge(outcome) : outcome;
    },
  };
}

interface Ended {
  readonly exitCode: number;
  readonly stderr: string;
}

/** The fence in front of one script. A word that nobody can know before tells its refusal from whatever a script does. */
class Door {
  readonly text: string;
  readonly #word = `maand-${randomBytes(8).toString('hex')} fence`;

  constructor(line: string) {
    this.text = `(\n${line}\n) || { maand_status=$?; echo "${this.#word}" >&2; exit "$maand_status"; }`;
  }

  /** The listener, which is never told the word. */
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
