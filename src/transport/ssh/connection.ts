/** One SSH connection to a worker or jump host, with the channels on it. */
import type { Duplex } from 'node:stream';
import type { Client, ClientChannel } from 'ssh2';
import { messageOf } from '../../base/failure.ts';
import type { TransportProblem } from '../port.ts';
import type { Endpoint } from './endpoint.ts';
import { GroupEnder, type RunningCommand } from './exec/end-group.ts';
import { RemoteChannel } from './exec/remote-channel.ts';
import { Gate } from './gate.ts';
import { firstOf } from './wait.ts';

/**
 * By default `sshd` allows ten sessions per connection (`MaxSessions`). Two stay free for ending commands that hang.
 */
const SESSIONS_AT_ONCE = 8;
const REFUSAL_PAUSES_MS = [50, 150, 450];
const LONGEST_GOODBYE_MS = 2000;
const LOST_SOON_MS = 250;
const IDLE_ENDS_MS = 2000;

export type ChannelOutcome =
  | { readonly kind: 'open'; readonly remote: RemoteChannel }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'failed'; readonly problem: TransportProblem };

type Opening =
  | { readonly kind: 'open'; readonly remote: RemoteChannel }
  | { readonly kind: 'refused'; readonly reason: string };

/** An authenticated connection from its handshake to its end, and the channels on it. */
export class Connection {
  readonly #endpoint: Endpoint;
  readonly #client: Client;
  readonly #sessions = new Gate(SESSIONS_AT_ONCE);
  readonly #channels = new Set<RemoteChannel>();
  /** Channels whose command has answered and only waits for its last word. */
  readonly #idle = new Set<RemoteChannel>();
  readonly #onLost = new Set<() => void>();
  readonly #ender: GroupEnder;
  #lost: TransportProblem | undefined;

  /** `graceMs`: milliseconds between TERM and KILL for a command that is ended early. */
  constructor(endpoint: Endpoint, client: Client, graceMs: number) {
    this.#endpoint = endpoint;
    this.#client = client;
    this.#ender = new GroupEnder((commandLine) => this.#openNow(commandLine), graceMs);
    client.on('error', (error: Error) => this.#lose(error.message));
    client.on('close', () => this.#lose('the other side closed it'));
  }

  /** Why the connection was lost, or `undefined` while it works. A lost connection stays lost. */
  get lost(): TransportProblem | undefined {
    return this.#lost;
  }

  /** Returns `lost`, after a wait of at most 250 ms: a channel can end just before its connection does. */
  async lostSoon(): Promise<TransportProblem | undefined> {
    if (!this.#lost) await firstOf(this.#losing(), { timeoutMs: LOST_SOON_MS });
    return this.#lost;
  }

  /**
   * Opens a channel that runs `commandLine`. Waits while eight channels are open. A worker that allows fewer sessions
   * refuses some channels. The connection then lowers its limit to the number that the worker accepted, and waits until
   * a session ends.
   */
  async openChannel(commandLine: string, signal: AbortSignal): Promise<ChannelOutcome> {
    const pauses = [...REFUSAL_PAUSES_MS];
    for (;;) {
      // A channel that waits for its last word keeps its place until the run ends. Waiting for that place would never
      // end, so these channels are closed first.
      if (this.#sessions.isFull) await this.#makeRoom(signal);
      if (!(await this.#sessions.enter(signal))) return { kind: 'cancelled' };
      const opening = await this.#tryOpen(commandLine);
      if (opening.kind === 'open') return this.#occupy(opening.remote);
      this.#sessions.leave();
      if (this.#lost) return { kind: 'failed', problem: this.#lost };
      if (await this.#makeRoom(signal)) continue;
      if (this.#sessions.inside > 0) {
        this.#sessions.shrinkTo(this.#sessions.inside);
        continue;
      }
      const timeoutMs = pauses.shift();
      if (timeoutMs === undefined) return { kind: 'failed', problem: this.#refused(opening.reason) };
      // sshd may not have noticed yet that the last session has ended.
      await firstOf(this.#losing(), { timeoutMs, signal });
    }
  }

  /**
   * Registers a channel whose command only waits for its last word. Returns a function that sends the word once. The
   * function does nothing when the channel was closed earlier to make room for another command.
   */
  addIdle(remote: RemoteChannel): (word: string) => void {
    this.#idle.add(remote);
    remote.channel.once('close', () => this.#idle.delete(remote));
    if (this.#sessions.isAwaited) void this.#makeRoom(); // other commands began to wait before this channel was idle
    return (word) => {
      if (this.#idle.delete(remote)) remote.channel.end(word);
    };
  }

  /** Ends a command early, with all its processes. Does nothing when the connection is lost. */
  async end(running: RunningCommand): Promise<void> {
    if (!this.#lost) await this.#ender.end(running);
  }

  /**
   * Opens a byte stream from the host of this connection to another host. Rejects when that host cannot be reached or
   * the connection is lost.
   */
  forward(host: string, port: number): Promise<Duplex> {
    return new Promise((resolve, reject) => {
      const giveUp = (): void => reject(new Error(this.#lost?.message));
      if (this.#lost) return giveUp();
      this.#onLost.add(giveUp);
      this.#client.forwardOut('127.0.0.1', 0, host, port, (error, channel) => {
        this.#onLost.delete(giveUp);
        if (error) reject(error);
        else resolve(channel);
      });
    });
  }

  /** Closes the connection. Resolves when it is closed, after two seconds at the latest. */
  async close(): Promise<void> {
    if (this.#lost) return;
    const closed = new Promise<void>((resolve) => this.#client.once('close', () => resolve()));
    this.#lose('it was closed at the end of the run');
    this.#client.end();
    await firstOf(closed, { timeoutMs: LONGEST_GOODBYE_MS });
    this.#client.destroy();
  }

  /** Closes the channels whose commands only wait for their last word. Returns false when there is no such channel. */
  async #makeRoom(signal?: AbortSignal): Promise<boolean> {
    const idle = [...this.#idle];
    if (idle.length === 0) return false;
    this.#idle.clear();
    for (const { channel } of idle) channel.end();
    await firstOf(Promise.all(idle.map(({ ended }) => ended)), { timeoutMs: IDLE_ENDS_MS, ...(signal && { signal }) });
    return true;
  }

  async #openNow(commandLine: string): Promise<RemoteChannel | undefined> {
    let opening = await this.#tryOpen(commandLine);
    if (opening.kind === 'refused' && (await this.#makeRoom())) opening = await this.#tryOpen(commandLine);
    return opening.kind === 'open' ? opening.remote : undefined;
  }

  #tryOpen(commandLine: string): Promise<Opening> {
    return new Promise((resolve) => {
      const settle = (opening: Opening): void => {
        this.#onLost.delete(giveUp);
        resolve(opening);
      };
      const giveUp = (): void => settle({ kind: 'refused', reason: 'the connection was lost' });
      if (this.#lost) return giveUp();
      this.#onLost.add(giveUp);
      try {
        this.#client.exec(commandLine, (error, channel) => {
          settle(error ? { kind: 'refused', reason: error.message } : { kind: 'open', remote: this.#adopt(channel) });
        });
      } catch (thrown) {
        settle({ kind: 'refused', reason: messageOf(thrown) });
      }
    });
  }

  #adopt(channel: ClientChannel): RemoteChannel {
    const remote = new RemoteChannel(channel);
    this.#channels.add(remote);
    channel.once('close', () => this.#channels.delete(remote));
    return remote;
  }

  #occupy(remote: RemoteChannel): ChannelOutcome {
    remote.channel.once('close', () => this.#sessions.leave());
    return { kind: 'open', remote };
  }

  #losing(): Promise<void> {
    return new Promise((resolve) => this.#onLost.add(resolve));
  }

  #refused(reason: string): TransportProblem {
    const { host, title, user } = this.#endpoint;
    const message = `${title} refused to run a command: ${reason}`;
    const hint = `may ${user} run commands there? See MaxSessions and ForceCommand in sshd_config, "restrict" in authorized_keys`;
    return { kind: 'broken', host, message, hint };
  }

  #lose(reason: string): void {
    if (this.#lost) return;
    const { host, title } = this.#endpoint;
    const hint = 'what ran there may still run, or have run half-way';
    this.#lost = { kind: 'lost', host, message: `the connection to ${title} was lost: ${reason}`, hint };
    for (const remote of this.#channels) remote.abandon();
    for (const wake of this.#onLost) wake();
    this.#onLost.clear();
    this.#sessions.open();
  }
}
