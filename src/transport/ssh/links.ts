/** Opens the connections to workers and jump hosts, and opens them again after they have ended. */
import { connect as connectTcp } from 'node:net';
import type { Duplex } from 'node:stream';
import { Turnstile } from '../../base/concurrency.ts';
import type { TransportProblem } from '../port.ts';
import { Connection } from './connection.ts';
import { dial } from './dial.ts';
import { DialMemory, type Memory, type Moment } from './dial-memory.ts';
import { type Endpoint, endpointId, type JumpHost, jumpHostsOf, routeTo } from './endpoint.ts';
import type { HostKeyPolicy } from './keys/host-key.ts';
import { parseKnownHosts } from './keys/known-hosts.ts';
import { loadSshLibrary, type SshLibrary } from './ssh-library.ts';
import type { SshTransportOptions } from './transport-options.ts';

export type Link =
  | { readonly kind: 'connected'; readonly connection: Connection }
  | { readonly kind: 'failed'; readonly problem: TransportProblem };

/** A connection, or the attempt to open one. */
interface Dialled {
  readonly link: Promise<Opened>;
  readonly hops: number;
  readonly since: Moment;
}

type Opened =
  | { readonly kind: 'connected'; readonly connection: Connection }
  | { readonly kind: 'failed'; readonly problem: TransportProblem; readonly memory: Memory };

export class Links {
  readonly #options: SshTransportOptions;
  readonly #closing: AbortSignal;
  readonly #jumps: readonly JumpHost[];
  readonly #hostKeys: HostKeyPolicy;
  readonly #dialled = new Map<string, Dialled>();
  readonly #memory = new DialMemory();
  readonly #dialing: Turnstile;
  readonly #announced = new Set<string>();
  #library: Promise<SshLibrary> | undefined;
  #handshakes = 0;

  /** Attempts end when `closing` aborts. Throws a `Failure` (exit code 2) when the jump hosts are malformed. */
  constructor(options: SshTransportOptions, closing: AbortSignal) {
    this.#options = options;
    this.#closing = closing;
    this.#jumps = jumpHostsOf(options.proxyJump ?? '');
    this.#dialing = new Turnstile(options.parallelWorkers ?? 32);
    const known = parseKnownHosts(options.knownHosts);
    const entries = [...known.entries];
    this.#hostKeys = {
      policy: options.hostKeyPolicy,
      knownHosts: { ...known, entries },
      source: options.knownHosts[0]?.source ?? 'workspace/known_hosts',
      onNewHostKey: (host, port, text) => {
        // A later connection to the same host must show the same key.
        entries.push(...parseKnownHosts([{ source: 'the first connection of this run', text }]).entries);
        options.onNewHostKey?.(host, port, text);
      },
    };
  }

  get handshakes(): number {
    return this.#handshakes;
  }

  forget(after: 'phase' | 'hook'): void {
    if (after === 'hook') this.#memory.afterHook();
    else this.#memory.nextPhase();
  }

  /** Returns a connection that works, or why there is none. */
  async to(endpoint: Endpoint): Promise<Link> {
    return this.#link(endpoint, routeTo(endpoint, this.#jumps));
  }

  /** Remembers that a worker hangs although its login works. Later uses in this run do not wait for it again. */
  noteHang(endpoint: Endpoint, connection: Connection): void {
    const problem = connection.takeHang();
    if (problem) this.#memory.note(endpointId(endpoint), problem, { memory: 'run', since: this.#memory.now });
  }

  /** Closes every connection. */
  async close(): Promise<void> {
    const all = [...this.#dialled.values()];
    const opened = await Promise.all(
      all.map(async ({ link, hops }) => ({ hops, opened: await link.catch(() => undefined) })),
    );
    const live = opened.flatMap(({ hops, opened: one }) => (one?.kind === 'connected' ? [{ hops, ...one }] : []));
    // Jump hosts are closed last, because other connections run through them.
    live.sort((a, b) => b.hops - a.hops);
    for (const { hops } of live) {
      await Promise.all(live.filter((one) => one.hops === hops).map(({ connection }) => connection.close()));
    }
  }

  async #link(endpoint: Endpoint, hops: readonly Endpoint[]): Promise<Link> {
    const id = endpointId(endpoint);
    for (;;) {
      const remembered = this.#memory.find(id);
      if (remembered) return { kind: 'failed', problem: remembered };
      const dialled = this.#dialled.get(id) ?? this.#start(endpoint, hops);
      const opened = await dialled.link;
      if (opened.kind === 'connected' && !opened.connection.lost) return opened;
      if (this.#dialled.get(id) === dialled) this.#dialled.delete(id);
      if (opened.kind === 'failed') {
        const { problem, memory } = opened;
        this.#memory.note(id, problem, { memory, since: dialled.since });
        // A hook or a new phase began while this attempt was under way, so its failure does not count any more.
        const isOld = memory !== 'never' && !this.#memory.isFresh(memory, dialled.since);
        if (!isOld || this.#closing.aborted) return { kind: 'failed', problem };
      }
    }
  }

  #start(endpoint: Endpoint, hops: readonly Endpoint[]): Dialled {
    const link = this.#dial(endpoint, hops);
    // This handler avoids an unhandled rejection when the caller has stopped waiting. The next caller still gets the
    // rejection.
    link.catch(() => {});
    const dialled = { link, hops: hops.length, since: this.#memory.now };
    this.#dialled.set(endpointId(endpoint), dialled);
    return dialled;
  }

  async #dial(endpoint: Endpoint, hops: readonly Endpoint[]): Promise<Opened> {
    this.#library ??= loadSshLibrary(this.#options.privateKey);
    const library = await this.#library;
    const hop = hops.at(-1);
    const through = hop && (await this.#link(hop, hops.slice(0, -1)));
    // The failure belongs to the jump host, so it says nothing about the worker.
    if (through?.kind === 'failed') {
      return { kind: 'failed', problem: { ...through.problem, host: endpoint.host }, memory: 'never' };
    }
    const opened = await this.#dialing.run(() => this.#handshake(endpoint, { library, through: through?.connection }));
    return opened.kind === 'failed' && through?.connection.lost ? { ...opened, memory: 'never' } : opened;
  }

  async #handshake(
    endpoint: Endpoint,
    { library, through }: { readonly library: SshLibrary; readonly through: Connection | undefined },
  ): Promise<Opened> {
    const options = this.#options;
    const slow = setTimeout(() => this.#announce(endpoint), options.announceAfterMs ?? 1000);
    const outcome = await dial(endpoint, {
      library,
      hostKeys: this.#hostKeys,
      openStream: (timeoutMs) => openStream(endpoint, { through, timeoutMs }),
      connectTimeoutMs: options.connectTimeoutMs ?? 15_000,
      keepaliveIntervalMs: options.keepaliveIntervalMs ?? 5000,
      retryDelaysMs: options.retryDelaysMs ?? [400, 1200, 3600],
      retryWithinMs: options.retryWithinMs ?? 10_000,
      onHandshake: () => void this.#handshakes++,
      signal: this.#closing,
    });
    clearTimeout(slow);
    if (outcome.kind === 'failed') return outcome;
    const { killGraceMs = 5000, answerTimeoutMs = 10_000, startTimeoutMs = 30_000 } = options;
    const limits = { graceMs: killGraceMs, answerMs: answerTimeoutMs, startMs: startTimeoutMs };
    return { kind: 'connected', connection: new Connection(endpoint, outcome.client, limits) };
  }

  #announce({ title }: Endpoint): void {
    if (this.#announced.has(title) || this.#closing.aborted) return;
    this.#announced.add(title);
    this.#options.onSlowDial?.(title);
  }
}

async function openStream(
  { host, port }: Endpoint,
  { through, timeoutMs }: { readonly through: Connection | undefined; readonly timeoutMs: number },
): Promise<Duplex> {
  // `noDelay` sends small packets at once. Collecting them (Nagle) would make a delivery four times as long.
  return through ? through.forward({ host, port }, timeoutMs) : connectTcp({ host, port, noDelay: true });
}
