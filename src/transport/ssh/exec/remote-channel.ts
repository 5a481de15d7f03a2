/** The channel of one remote command, with a promise for the end of the command. */
import { constants } from 'node:os';
import type { ClientChannel } from 'ssh2';

const IDLE_AFTER_EXIT_MS = 500;
const LONGEST_AFTER_EXIT_MS = 10_000;

/** How a channel ended. `unknown` is never a success: the connection broke, or the worker sent no status. */
export type ChannelEnd = { readonly kind: 'exited'; readonly exitCode: number } | { readonly kind: 'unknown' };

/**
 * The channel of a command with a promise for its end. It listens as soon as the channel exists, since the exit status
 * can arrive in the same packet as the channel itself. A background process that keeps the output of the channel open
 * does not keep the command open: the channel is closed after the exit status and half a second of silence.
 */
export class RemoteChannel {
  readonly channel: ClientChannel;
  readonly ended: Promise<ChannelEnd>;
  #end: ChannelEnd = { kind: 'unknown' };
  #abandon = (): void => {};

  constructor(channel: ClientChannel) {
    this.channel = channel;
    channel.on('error', () => {});
    channel.on('exit', (code: number | null, signal?: string) => {
      this.#end = { kind: 'exited', exitCode: code ?? 128 + signalNumber(signal) };
    });
    const abandoned = new Promise<void>((resolve) => {
      this.#abandon = resolve;
    });
    this.ended = Promise.race([this.#closed(), this.#leftOpen(), abandoned]).then(() => this.#end);
  }

  /** Ends the wait after the connection broke: nothing more will arrive. */
  abandon(): void {
    this.#abandon();
  }

  /** Closes the channel even when something still runs in it. */
  close(): void {
    this.channel.resume();
    this.channel.stderr.resume();
    this.channel.close();
  }

  async #closed(): Promise<void> {
    const { channel } = this;
    const closed = new Promise<void>((resolve) => channel.once('close', () => resolve()));
    const stderrEnded = new Promise<void>((resolve) => channel.stderr.once('end', () => resolve()));
    await Promise.all([closed, stderrEnded]);
  }

  #leftOpen(): Promise<void> {
    const { channel } = this;
    return new Promise((resolve) => {
      channel.once('exit', () => {
        const giveUp = (): void => {
          this.close();
          resolve();
        };
        const latest = setTimeout(giveUp, LONGEST_AFTER_EXIT_MS);
        const idle = setTimeout(giveUp, IDLE_AFTER_EXIT_MS);
        // Not immediately: a listener makes the stream flow, before its reader may know of the channel.
        setImmediate(() => {
          for (const stream of [channel, channel.stderr]) stream.on('data', () => idle.refresh());
        });
        channel.once('close', () => {
          clearTimeout(latest);
          clearTimeout(idle);
        });
      });
    });
  }
}

function signalNumber(name: string | undefined): number {
  return constants.signals[name as NodeJS.Signals] ?? 127;
}
