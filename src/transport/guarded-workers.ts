/** The door through which the engine reaches workers: the fence of this run stands in front of whatever changes one. */
import type {
  ConnectOutcome,
  Delivery,
  DeliveryOutcome,
  RemoteCommand,
  RemoteOutcome,
  Transport,
  WorkerAddress,
} from './port.ts';

/** Lines of POSIX `sh` that the state has for a worker; undefined: this state needs none. */
export interface Fence {
  /** Ends the shell when a newer run has taken the worker over. */
  readonly line: (worker: Pick<WorkerAddress, 'root'>) => string | undefined;
  /** Removes what the state left on a worker that leaves, beside the bucket's own folder. */
  readonly forget: (worker: Pick<WorkerAddress, 'root'>) => string | undefined;
}

/** Runs a script on a worker. */
export type Send = (worker: WorkerAddress, command: RemoteCommand, signal: AbortSignal) => Promise<RemoteOutcome>;

export interface GuardedWorkers {
  readonly connect: (worker: WorkerAddress, signal: AbortSignal) => Promise<ConnectOutcome>;
  /** For a script that changes nothing of ours: questions, and the probes of a job. It has no fence. */
  readonly look: Send;
  /** For every other script: the fence stands in front of it. */
  readonly change: Send;
  /** The same for the last script on a worker that has left: when it succeeds, the worker also forgets the state's name. */
  readonly leave: Send;
  /** Sends files behind the fence. */
  readonly deliver: (
    worker: WorkerAddress,
    delivery: Omit<Delivery, 'guard'>,
    signal: AbortSignal,
  ) => Promise<DeliveryOutcome>;
}

/** The only place that puts a fence in front of anything. */
export function guardWorkers(transport: Transport, fence: Fence): GuardedWorkers {
  const change: Send = (worker, command, signal) =>
    transport.exec(worker, { ...command, script: joinLines(fence.line(worker), command.script) }, signal);
  return {
    connect: (worker, signal) => transport.connect(worker, signal),
    look: (worker, command, signal) => transport.exec(worker, command, signal),
    change,
    leave: (worker, command, signal) => {
      const forget = fence.forget(worker);
      const script = forget === undefined ? command.script : `(\n${command.script}\n) || exit\n${forget}`;
      return change(worker, { ...command, script }, signal);
    },
    deliver: (worker, delivery, signal) => {
      const guard = fence.line(worker);
      return transport.deliver(worker, guard === undefined ? delivery : { ...delivery, guard }, signal);
    },
  };
}

function joinLines(first: string | undefined, second: string): string {
  return first === undefined ? second : `${first}\n${second}`;
}
