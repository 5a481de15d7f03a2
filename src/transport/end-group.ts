import type { Connection } from './connection.ts';
import type { RemoteChannel } from './remote-channel.ts';
import { endGroupsCommandLine, type RunAs } from './remote-script.ts';
import { firstOf } from './wait.ts';

const CLOSING_MS = 1000;

/** What is to be ended: a channel and, once it is known, the process group behind it. */
export interface RunningCommand {
  readonly remote: RemoteChannel;
  readonly groupIds: readonly number[];
  readonly runAs: RunAs;
}

/**
 * Ends a command that hangs or is no longer wanted: TERM to its process group over a second channel, KILL after the grace.
 * Returns when it has ended, or shortly after the grace; the command's channel is closed in any case.
 */
export async function endCommand(connection: Connection, running: RunningCommand, graceMs: number): Promise<void> {
  const { remote, groupIds, runAs } = running;
  const helper =
    groupIds.length === 0
      ? undefined
      : await connection.openUrgentChannel(endGroupsCommandLine(groupIds, runAs, graceMs / 1000));
  if (helper) {
    helper.channel.resume();
    helper.channel.stderr.resume();
    helper.channel.end();
    await firstOf(helper.ended, { timeoutMs: graceMs + 5 * CLOSING_MS });
    helper.close();
  } else if (!connection.lost) {
    // sshd passes this on to the group, though not to one that belongs to root.
    remote.channel.signal('KILL');
  }
  await firstOf(remote.ended, { timeoutMs: CLOSING_MS });
  remote.close();
}
