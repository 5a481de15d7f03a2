/** One SSH connection to a worker or jump host, with the channels on it. */
import type { Duplex } from 'node:stream';
import type { Client, ClientChannel } from 'ssh2';
import { messageOf } from '../../base/failure.ts';
import type { TransportProblem } from '../port.ts';
import { AnswerLimit } from './answer-limit.ts';
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

/** Time until an ended command's helper channel must be open. Without it, sshd passes on the signal. */
const HELPER_OPENS_MS = 3000;

export type ChannelOutcome =
  | {
      readonly kind: 'open';
      readonly remote: RemoteChannel;
      /** Milliseconds from the request until the worker had answered. Waiting for other channels is not included. */
      readonly openedMs: number;
    }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'timed-out' }
  | {
      readonly kind: 'failed';
      readonly problem: TransportProblem;
      /** `no`: the connection ended before the worker got the command, so the command can be sent again. */
      readonly began: 'no' | 'perhaps';
    };

/** Limits of the wait for a channel. `timeoutMs` counts from the request. */
export interface ChannelWait {
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

/** Time limits of a connection, in milliseconds. */
export interface ConnectionLimits {
  /** From TERM to KILL, for a command that is ended early. */
  readonly graceMs: number;
  /** From a request to open a channel or to run a command until the worker answers. */
  readonly answerMs: number;
  /** From the answer until a script of this program begins. The login shell and its start-up files run in between. */
  readonly startMs: number;
}

type Opening =
  | { readonly kind: 'open'; readonly remote: RemoteChannel }
  | { readonly kind: 'refused'; readonly reason: string; readonly began: 'no' | 'perhaps' }
  | { readonly kind: 'failed'; readonly problem: TransportProblem; readonly began: 'no' | 'perhaps' };

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
  readonly limits: ConnectionLimits;
  #lost: TransportProblem | undefined;
  #hang: TransportProblem | undefined;
  #progressMs = 0;

  constructor(endpoint: Endpoint, client: Client, limits: ConnectionLimits) {
    this.#endpoint = endpoint;
    this.#client = client;
    this.limits = limits;
    this.#ender = new GroupEnder((commandLine) => this.#openNow(commandLine), limits.graceMs);
    client.on('error', (error: Error) => this.#lose(this.#lossOf(error.message)));
    client.on('close', () => this.#lose(this.#lossOf('the other side closed it')));
  }

  /** Why the connection was lost, or `undefined` while it works. A lost connection stays lost. */
  get lost(): TransportProblem | undefined {
    return this.#lost;
  }

  /** Returns how the worker hung since the last call, or `undefined`. Its login worked, but it did not answer. */
  takeHang(): TransportProblem | undefined {
    const hang = this.#hang;
    this.#hang = undefined;
    return hang;
  }

  /** Records that the worker did not run a script of this program, although its login worked. */
  noteHang(problem: TransportProblem): void {
    this.#hang = problem;
  }

  /** Records that bytes of an upload were accepted. Requests wait behind such bytes, so their limits begin anew. */
  noteProgress(): void {
    this.#progressMs = performance.now();
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
  async openChannel(commandLine: string, { signal, timeoutMs }: ChannelWait): Promise<ChannelOutcome> {
    const pauses = [...REFUSAL_PAUSES_MS];
    for (;;) {
      // A channel that waits for its last word keeps its place until the run ends. Waiting for that place would never
      // end, so these channels are closed first.
      if (this.#sessions.isFull) await this.#makeRoom(signal);
      if (!(await this.#sessions.enter(signal))) return { kind: 'cancelled' };
      const askedAt = performance.now();
      const tried = this.#tryOpen(commandLine);
      const first = await firstOf(tried, { timeoutMs, signal });
      if (first.kind !== 'ended') {
        void this.#discard(tried);
        return { kind: first.kind };
      }
      const opening = first.value;
      if (opening.kind === 'open') {
        return { kind: 'open', remote: this.#occupy(opening.remote), openedMs: performance.now() - askedAt };
      }
      this.#sessions.leave();
      if (opening.kind === 'failed') return opening;
      if (this.#lost) return { kind: 'failed', problem: this.#lost, began: opening.began };
      if (await this.#makeRoom(signal)) continue;
      if (this.#sessions.inside > 0) {
        this.#sessions.shrinkTo(this.#sessions.inside);
        continue;
      }
      const pauseMs = pauses.shift();
      if (pauseMs === undefined) return { kind: 'failed', problem: this.#refused(opening.reason), began: 'no' };
      // sshd may not have noticed yet that the last session has ended.
      await firstOf(this.#losing(), { timeoutMs: pauseMs, signal });
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
   * Opens a byte stream from the host of this connection to another host. Rejects when that host cannot be reached within
   * `timeoutMs`, or the connection is lost. A rejection after the time limit has the code `ETIMEDOUT`.
   */
  forward({ host, port }: Pick<Endpoint, 'host' | 'port'>, timeoutMs: number): Promise<Duplex> {
    return new Promise((resolve, reject) => {
      let isOver = false;
      const giveUp = (error: Error): void => {
        isOver = true;
        clearTimeout(timer);
        this.#onLost.delete(onLost);
        reject(error);
      };
      const onLost = (): void => giveUp(new Error(this.#lost?.message));
      const onLate = (): void => giveUp(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' }));
      const timer = setTimeout(onLate, timeoutMs);
      if (this.#lost) return onLost();
      this.#onLost.add(onLost);
      try {
        this.#client.forwardOut('127.0.0.1', 0, host, port, (error, channel) => {
          if (isOver) return void channel?.on('error', () => {}).destroy();
          if (error) return giveUp(error);
          clearTimeout(timer);
          this.#onLost.delete(onLost);
          resolve(channel);
        });
      } catch (thrown) {
        giveUp(new Error(messageOf(thrown)));
      }
    });
  }

  /** Closes the connection. Resolves when it is closed, after two seconds at the latest. */
  async close(): Promise<void> {
    if (this.#lost) return;
    const closed = new Promise<void>((resolve) => this.#client.once('close', () => resolve()));
    this.#lose(this.#lossOf('it was closed at the end of the run'));
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
    const open = async (): Promise<Opening | undefined> => {
      const tried = this.#tryOpen(commandLine);
      const first = await firstOf(tried, { timeoutMs: HELPER_OPENS_MS });
      if (first.kind === 'ended') return first.value;
      void tried.then((late) => late.kind === 'open' && late.remote.close());
      return undefined;
    };
    let opening = await open();
    if (opening?.kind === 'refused' && (await this.#makeRoom())) opening = await open();
    return opening?.kind === 'open' ? opening.remote : undefined;
  }

  /** Requests a channel and then a command on it. Each of the two answers has the time limit of the connection. */
  #tryOpen(commandLine: string): Promise<Opening> {
    return new Promise((resolve) => {
      let request: 'channel' | 'command' = 'channel';
      let isOver = false;
      const settle = (opening: Opening): void => {
        isOver = true;
        limit.stop();
        this.#onLost.delete(onLost);
        resolve(opening);
      };
      const began = (): 'no' | 'perhaps' => (request === 'channel' ? 'no' : 'perhaps');
      const onLost = (): void => settle({ kind: 'failed', problem: this.#lost as TransportProblem, began: began() });
      const limit = new AnswerLimit(this.limits.answerMs, {
        lastProgressMs: () => this.#progressMs,
        onLate: () => settle({ kind: 'failed', problem: this.#unanswered(request), began: 'perhaps' }),
      });
      if (this.#lost) return onLost();
      this.#onLost.add(onLost);
      // ssh2 reads this option between the two requests, and nothing else tells that the channel is open.
      const between = {
        get pty(): false {
          request = 'command';
          limit.start();
          return false;
        },
      };
      limit.start();
      try {
        this.#client.exec(commandLine, between, (error, channel) => {
          if (isOver) return channel?.on('error', () => {}).close();
          settle(
            error
              ? { kind: 'refused', reason: error.message, began: began() }
              : { kind: 'open', remote: this.#adopt(channel) },
          );
        });
      } catch (thrown) {
        settle({ kind: 'refused', reason: messageOf(thrown), began: began() });
      }
    });
  }

  /** Closes a channel that nobody waits for any more, as soon as it is open. */
  async #discard(tried: Promise<Opening>): Promise<void> {
    const opening = await tried;
    if (opening.kind !== 'open') return this.#sessions.leave();
    this.#occupy(opening.remote);
    opening.remote.channel.signal('KILL');
    opening.remote.close();
  }

  /**
   * Returns the problem of a request that the worker did not answer. When nothing else runs over the connection, the
   * connection is given up.
   */
  #unanswered(request: 'channel' | 'command'): TransportProblem {
    const { host, title } = this.#endpoint;
    const what = request === 'channel' ? 'did not open a channel' : 'did not answer our command';
    const problem: TransportProblem = {
      kind: 'broken',
      host,
      message: `${title} accepted our login, but ${what} within ${this.limits.answerMs / 1000} s`,
      hint: 'its sshd hangs or is overloaded; look at the log (journalctl -u ssh), then restart sshd',
    };
    this.#hang = problem;
    if (this.#channels.size === 0) {
      this.#lose(problem);
      this.#client.destroy();
    }
    return problem;
  }

  #adopt(channel: ClientChannel): RemoteChannel {
    const remote = new RemoteChannel(channel);
    this.#channels.add(remote);
    channel.once('close', () => this.#channels.delete(remote));
    return remote;
  }

  #occupy(remote: RemoteChannel): RemoteChannel {
    remote.channel.once('close', () => this.#sessions.leave());
    return remote;
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

  #lossOf(reason: string): TransportProblem {
    const { host, title } = this.#endpoint;
    const hint = 'what ran there may still run, or have run half-way';
    return { kind: 'lost', host, message: `the connection to ${title} was lost: ${reason}`, hint };
  }

  #lose(problem: TransportProblem): void {
    if (this.#lost) return;
    this.#lost = problem;
    for (const remote of this.#channels) remote.abandon();
    for (const wake of this.#onLost) wake();
    this.#onLost.clear();
    this.#sessions.open();
  }
}
