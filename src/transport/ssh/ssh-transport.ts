/**
 * The transport over SSH. Each worker and each jump host has one connection. A connection opens at its first use, and
 * all commands and deliveries of the run share it. Each caller waits for a connection with its own signal. When one
 * caller stops waiting, the attempt continues for the other callers.
 */
import { anySignal, newAbort } from '../../base/abort.ts';
import type {
  ConnectOutcome,
  Delivery,
  DeliveryOutcome,
  RemoteCommand,
  RemoteOutcome,
  Transport,
  TransportProblem,
  WorkerAddress,
} from '../port.ts';
import type { Connection } from './connection.ts';
import { deliverFiles } from './deliver-files.ts';
import { workerEndpoint } from './endpoint.ts';
import { cancelled, runRemote, type Unbegun } from './exec/run-command.ts';
import { Gate } from './gate.ts';
import { repairPrivateKey } from './keys/private-key.ts';
import { type Link, Links } from './links.ts';
import type { SshTransportOptions } from './transport-options.ts';
import { firstOf } from './wait.ts';

/**
 * Creates the transport without opening a connection. Throws a `Failure` (exit code 2) when the key is missing or lacks
 * its passphrase, or when the jump hosts are malformed.
 */
export function openSshTransport(options: SshTransportOptions): Transport {
  repairPrivateKey(options.privateKey);
  return new SshTransport(options);
}

class SshTransport implements Transport {
  readonly #links: Links;
  readonly #delivering: Gate;
  readonly #closing = newAbort();
  readonly #underWay = new Set<Promise<unknown>>();

  constructor(options: SshTransportOptions) {
    this.#links = new Links(options, this.#closing.signal);
    this.#delivering = new Gate(options.parallelWorkers ?? 32);
  }

  get handshakes(): number {
    return this.#links.handshakes;
  }

  forget(after: 'phase' | 'hook'): void {
    this.#links.forget(after);
  }

  async connect(worker: WorkerAddress, signal: AbortSignal): Promise<ConnectOutcome> {
    const link = await this.#tracked(this.#linkTo(worker, this.#joined(signal)));
    return link.kind === 'connected' ? { kind: 'connected' } : link;
  }

  exec(worker: WorkerAddress, command: RemoteCommand, signal: AbortSignal): Promise<RemoteOutcome> {
    const joined = this.#joined(signal);
    return this.#use<RemoteOutcome>(worker, joined, (connection) =>
      runRemote(connection, { worker, command, signal: joined }),
    );
  }

  deliver(worker: WorkerAddress, delivery: Delivery, signal: AbortSignal): Promise<DeliveryOutcome> {
    const joined = this.#joined(signal);
    return this.#use<DeliveryOutcome>(worker, joined, async (connection) => {
      if (!(await this.#delivering.enter(joined))) return unusable(cancelled(worker, 'a delivery'), 0);
      try {
        return await deliverFiles(connection, { worker, delivery, signal: joined });
      } finally {
        this.#delivering.leave();
      }
    });
  }

  /** Cancels running work, waits for its end, and closes every connection. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    await Promise.allSettled(this.#underWay);
    await this.#links.close();
  }

  #joined(signal: AbortSignal): AbortSignal {
    return anySignal(signal, this.#closing.signal);
  }

  async #tracked<T>(work: Promise<T>): Promise<T> {
    this.#underWay.add(work);
    try {
      return await work;
    } finally {
      this.#underWay.delete(work);
    }
  }

  /**
   * Does work over the connection of a worker. A connection can end unnoticed while nothing uses it. Work that had not
   * begun when this showed is done once more, over a new connection.
   */
  #use<T extends { readonly kind: string }>(
    worker: WorkerAddress,
    signal: AbortSignal,
    work: (connection: Connection) => Promise<T | Unbegun>,
  ): Promise<T | Unusable> {
    const startedAt = performance.now();
    const attempt = async (): Promise<T | Unbegun | Unusable> => {
      const link = await this.#linkTo(worker, signal);
      if (link.kind === 'failed') return unusable(link.problem, performance.now() - startedAt);
      const outcome = await work(link.connection);
      this.#links.noteHang(workerEndpoint(worker), link.connection);
      return outcome;
    };
    const onLink = async (): Promise<T | Unusable> => {
      const first = await attempt();
      const last = isUnbegun(first) ? await attempt() : first;
      return isUnbegun(last) ? unusable(last.problem, performance.now() - startedAt) : last;
    };
    return this.#tracked(onLink());
  }

  async #linkTo(worker: WorkerAddress, signal: AbortSignal): Promise<Link> {
    if (signal.aborted) return { kind: 'failed', problem: cancelled(worker, 'connecting') };
    const linking = this.#links.to(workerEndpoint(worker));
    const first = await firstOf(linking, { timeoutMs: Number.POSITIVE_INFINITY, signal });
    return first.kind === 'ended' ? first.value : { kind: 'failed', problem: cancelled(worker, 'connecting') };
  }
}

interface Unusable {
  readonly kind: 'failed';
  readonly problem: TransportProblem;
  readonly durationMs: number;
}

function unusable(problem: TransportProblem, durationMs: number): Unusable {
  return { kind: 'failed', problem, durationMs };
}

function isUnbegun(outcome: { readonly kind: string }): outcome is Unbegun {
  return outcome.kind === 'unbegun';
}
