/** Ends remote commands with all their processes. */
import { Turnstile } from '../../../base/concurrency.ts';
import { firstOf } from '../wait.ts';
import type { RemoteChannel } from './remote-channel.ts';
import { endGroupsCommandLine, type RunAs } from './remote-script.ts';

/** Number of sessions that the commands leave free on each worker. */
const HELPERS_AT_ONCE = 2;
const HELPER_SLACK_MS = 5000;
const CLOSING_MS = 1000;

/** The channel of a command, and the ids of its process groups that are known so far. */
export interface RunningCommand {
  readonly remote: RemoteChannel;
  readonly groupIds: readonly number[];
  readonly runAs: RunAs;
}

interface Batch {
  readonly groupIds: number[];
  readonly sent: Promise<boolean>;
}

/**
 * Ends commands that hang or are no longer wanted. It opens a second channel on the same connection and sends TERM to
 * the process groups. KILL follows after the grace period. Commands that end at the same time share one channel,
 * because a worker allows only few channels.
 */
export class GroupEnder {
  readonly #openChannel: (commandLine: string) => Promise<RemoteChannel | undefined>;
  readonly #graceMs: number;
  readonly #helpers = new Turnstile(HELPERS_AT_ONCE);
  readonly #gathering = new Map<RunAs, Batch>();

  constructor(openChannel: (commandLine: string) => Promise<RemoteChannel | undefined>, graceMs: number) {
    this.#openChannel = openChannel;
    this.#graceMs = graceMs;
  }

  /** Resolves when the command has ended, or shortly after the grace period. Its channel is closed in both cases. */
  async end({ remote, groupIds, runAs }: RunningCommand): Promise<void> {
    // Without a second channel, only sshd can pass on a signal. It cannot do so for a process group of root.
    if (groupIds.length === 0 || !(await this.#endGroups(groupIds, runAs))) remote.channel.signal('KILL');
    await firstOf(remote.ended, { timeoutMs: CLOSING_MS });
    remote.close();
  }

  #endGroups(groupIds: readonly number[], runAs: RunAs): Promise<boolean> {
    const batch = this.#gathering.get(runAs) ?? this.#startBatch(runAs);
    batch.groupIds.push(...groupIds);
    return batch.sent;
  }

  #startBatch(runAs: RunAs): Batch {
    const groupIds: number[] = [];
    const sent = this.#helpers.run(async () => {
      await new Promise((resolve) => setImmediate(resolve));
      this.#gathering.delete(runAs);
      return this.#send(endGroupsCommandLine(groupIds, runAs, this.#graceMs / 1000));
    });
    const batch = { groupIds, sent };
    this.#gathering.set(runAs, batch);
    return batch;
  }

  async #send(commandLine: string): Promise<boolean> {
    const helper = await this.#openChannel(commandLine);
    if (!helper) return false;
    helper.channel.resume();
    helper.channel.stderr.resume();
    helper.channel.end();
    await firstOf(helper.ended, { timeoutMs: this.#graceMs + HELPER_SLACK_MS });
    helper.close();
    return true;
  }
}
