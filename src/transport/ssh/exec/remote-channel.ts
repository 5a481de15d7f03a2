/** The channel of one remote command, with a promise for the end of the command. */
import { constants } from 'node:os';
import type { ClientChannel } from 'ssh2';

const IDLE_AFTER_EXIT_MS = 500;
const LONGEST_AFTER_EXIT_MS = 10_000;

/**
 * How a channel ended. `unknown`: the connection broke, or the worker sent no exit status. `unknown` never counts as
 * success.
 */
export type ChannelEnd = { readonly kind: 'exited'; readonly exitCode: number } | { readonly kind: 'unknown' };

/**
 * The channel of a command, with a promise for the end of the command. The class listens as soon as the channel exists,
 * because the exit status can arrive in the same packet. A background process may keep the output open after the
 * command has ended. The channel is therefore closed after the exit status and half a second without output.
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

  /** Ends the wait when the connection is lost, because nothing more will arrive. */
  abandon(): void {
    this.#abandon();
  }

  /** Closes the channel even when a process still runs in it. */
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
        // The listeners are added later because they make the stream flow, and its reader may not have the channel yet.
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
