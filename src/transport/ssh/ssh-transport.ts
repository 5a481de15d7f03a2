/**
 * The transport over SSH. Each worker and each jump host has one connection. A connection opens at its first use, and
 * all commands and deliveries of the run share it. Each caller waits for a connection with its own signal. When one
 * caller stops waiting, the attempt continues for the other callers.
 */
import { connect as connectTcp } from 'node:net';
import type { Duplex } from 'node:stream';
import { Turnstile } from '../../base/concurrency.ts';
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
import { Connection } from './connection.ts';
import { deliverFiles } from './deliver-files.ts';
import { dial } from './dial.ts';
import { type Endpoint, endpointId, type JumpHost, jumpHostsOf, routeTo, workerEndpoint } from './endpoint.ts';
import { cancelled, runRemote } from './exec/run-command.ts';
import { Gate } from './gate.ts';
import type { HostKeyPolicy } from './keys/host-key.ts';
import { type KnownHostsText, parseKnownHosts } from './keys/known-hosts.ts';
import { type PrivateKeyText, repairPrivateKey } from './keys/private-key.ts';
import { loadSshLibrary, type SshLibrary } from './ssh-library.ts';
import { firstOf } from './wait.ts';

export interface SshTransportOptions {
  readonly privateKey: PrivateKeyText;
  /** Texts in known_hosts format. All of them are used. Messages ask people to add missing lines to the first text. */
  readonly knownHosts: readonly KnownHostsText[];
  readonly hostKeyPolicy: 'strict' | 'accept-new';
  /** Called with each key that `accept-new` accepted. `keyLine` is a line for known_hosts. */
  readonly onNewHostKey?: (host: string, port: number, keyLine: string) => void;
  /** Jump hosts as `user@host:port[,…]`. Empty when workers are reached directly. */
  readonly proxyJump?: string;
  /** Maximum number of connections that open at once, and of rsync processes that run at once. Default 32. */
  readonly parallelWorkers?: number;
  /** Time limit for all attempts to reach one worker. Default 15 s. */
  readonly connectTimeoutMs?: number;
  /** Interval of keepalives. A peer that misses three keepalives counts as lost. Default 5 s. */
  readonly keepaliveIntervalMs?: number;
  /** Time between TERM and KILL when a command is ended. Default 5 s. */
  readonly killGraceMs?: number;
  /** Pauses before further attempts when a connection is refused. Default: four pauses, from 0.25 to 2 s. */
  readonly retryDelaysMs?: readonly number[];
}

/**
 * Creates the transport without opening a connection. Throws a `Failure` (exit code 2) when the key is missing or lacks
 * its passphrase, or when the jump hosts are malformed.
 */
export function openSshTransport(options: SshTransportOptions): Transport {
  repairPrivateKey(options.privateKey);
  return new SshTransport(options);
}

type Link =
  | { readonly kind: 'connected'; readonly connection: Connection; readonly hops: number }
  | { readonly kind: 'failed'; readonly problem: TransportProblem };

class SshTransport implements Transport {
  readonly #options: SshTransportOptions;
  readonly #hostKeys: HostKeyPolicy;
  readonly #jumps: readonly JumpHost[];
  readonly #links = new Map<string, Promise<Link>>();
  readonly #dialing: Turnstile;
  readonly #delivering: Gate;
  readonly #closing = new AbortController();
  readonly #underWay = new Set<Promise<unknown>>();
  #library: Promise<SshLibrary> | undefined;
  #handshakes = 0;

  constructor(options: SshTransportOptions) {
    this.#options = options;
    this.#jumps = jumpHostsOf(options.proxyJump ?? '');
    this.#hostKeys = {
      policy: options.hostKeyPolicy,
      knownHosts: parseKnownHosts(options.knownHosts),
      source: options.knownHosts[0]?.source ?? 'workspace/known_hosts',
      onNewHostKey: options.onNewHostKey ?? (() => {}),
    };
    this.#dialing = new Turnstile(options.parallelWorkers ?? 32);
    this.#delivering = new Gate(options.parallelWorkers ?? 32);
  }

  get handshakes(): number {
    return this.#handshakes;
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
    const settled = await Promise.allSettled(this.#links.values());
    const links = settled.flatMap((link) =>
      link.status === 'fulfilled' && link.value.kind === 'connected' ? [link.value] : [],
    );
    // Jump hosts are closed last, because other connections run through them.
    links.sort((a, b) => b.hops - a.hops);
    for (const { hops } of links) {
      await Promise.all(links.filter((link) => link.hops === hops).map(({ connection }) => connection.close()));
    }
  }

  #joined(signal: AbortSignal): AbortSignal {
    return AbortSignal.any([signal, this.#closing.signal]);
  }

  async #tracked<T>(work: Promise<T>): Promise<T> {
    this.#underWay.add(work);
    try {
      return await work;
    } finally {
      this.#underWay.delete(work);
    }
  }

  #use<T>(
    worker: WorkerAddress,
    signal: AbortSignal,
    work: (connection: Connection) => Promise<T>,
  ): Promise<T | Unusable> {
    const startedAt = performance.now();
    const onLink = async (): Promise<T | Unusable> => {
      const link = await this.#linkTo(worker, signal);
      return link.kind === 'connected' ? work(link.connection) : unusable(link.problem, performance.now() - startedAt);
    };
    return this.#tracked(onLink());
  }

  async #linkTo(worker: WorkerAddress, signal: AbortSignal): Promise<Link> {
    const endpoint = workerEndpoint(worker);
    if (signal.aborted) return { kind: 'failed', problem: cancelled(worker, 'connecting') };
    const linking = this.#link(endpoint, routeTo(endpoint, this.#jumps));
    const first = await firstOf(linking, { timeoutMs: Number.POSITIVE_INFINITY, signal });
    if (first.kind !== 'ended') return { kind: 'failed', problem: cancelled(worker, 'connecting') };
    const link = first.value;
    return link.kind === 'connected' && link.connection.lost ? { kind: 'failed', problem: link.connection.lost } : link;
  }

  #link(endpoint: Endpoint, hops: readonly Endpoint[]): Promise<Link> {
    const id = endpointId(endpoint);
    const known = this.#links.get(id);
    if (known) return known;
    const linking = this.#dial(endpoint, hops);
    // This handler avoids an unhandled rejection when the caller has stopped waiting. The next caller still gets the
    // rejection.
    linking.catch(() => {});
    this.#links.set(id, linking);
    return linking;
  }

  async #dial(endpoint: Endpoint, hops: readonly Endpoint[]): Promise<Link> {
    this.#library ??= loadSshLibrary(this.#options.privateKey);
    const library = await this.#library;
    const hop = hops.at(-1);
    const through = hop && (await this.#link(hop, hops.slice(0, -1)));
    if (through?.kind === 'failed') return { kind: 'failed', problem: { ...through.problem, host: endpoint.host } };
    const outcome = await this.#dialing.run(() =>
      dial(endpoint, {
        library,
        hostKeys: this.#hostKeys,
        openStream: () => openStream(endpoint, through?.connection),
        connectTimeoutMs: this.#options.connectTimeoutMs ?? 15_000,
        keepaliveIntervalMs: this.#options.keepaliveIntervalMs ?? 5000,
        retryDelaysMs: this.#options.retryDelaysMs ?? [250, 500, 1000, 2000],
        onHandshake: () => void this.#handshakes++,
        signal: this.#closing.signal,
      }),
    );
    if (outcome.kind === 'failed') return outcome;
    const connection = new Connection(endpoint, outcome.client, this.#options.killGraceMs ?? 5000);
    return { kind: 'connected', connection, hops: hops.length };
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

async function openStream(endpoint: Endpoint, through: Connection | undefined): Promise<Duplex> {
  const { host, port } = endpoint;
  // `noDelay` sends small packets at once. Collecting them (Nagle) would make a delivery four times as long.
  return through ? through.forward(host, port) : connectTcp({ host, port, noDelay: true });
}
