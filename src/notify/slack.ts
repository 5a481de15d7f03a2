/** Sends notices to Slack, with a sender, a channel and a thread. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Notice } from '../report/notice.ts';
import type { SlackTarget } from '../request/notify/target.ts';
import type { Channel, ChannelSurroundings, Unusable } from './channel.ts';
import { postMessage, type SlackMessage } from './slack-call.ts';
import { slackAttachment } from './slack-message.ts';

const THREAD_FILE = '.slack-thread-ts';

export async function openSlack(target: SlackTarget, surroundings: ChannelSurroundings): Promise<Channel | Unusable> {
  const token = surroundings.env.SLACK_TOKEN ?? '';
  if (target.channel === '') return { problem: 'slack channel is required (slack://CHANNEL, without #)' };
  if (token === '') return { problem: 'the variable SLACK_TOKEN is not set' };
  const { label, quiet, thread } = target;
  const parent = thread.kind === 'given' ? thread.timestamp : await readParent(target, surroundings);
  return {
    label,
    quiet,
    failure: { message: 'Slack postMessage failure', hook: 'Slack hook result notification failure' },
    send: async (notice, signal) => {
      const message = toMessage(notice, { target, surroundings, parent });
      return postMessage({ apiUrl: target.apiUrl, token, message, signal });
    },
  };
}

/**
 * Returns the timestamp of the parent message. The workflow that started the thread writes the timestamp to a file of the
 * bucket. Without the file, messages are not in a thread.
 */
async function readParent({ thread }: SlackTarget, { bucketDir }: ChannelSurroundings): Promise<string | undefined> {
  if (thread.kind !== 'in-file') return undefined;
  const text = await readFile(join(bucketDir, THREAD_FILE), 'utf8').catch(() => '');
  return text.trim() === '' ? undefined : text.trim();
}

interface MessageParts {
  readonly target: SlackTarget;
  readonly surroundings: ChannelSurroundings;
  readonly parent: string | undefined;
}

function toMessage(notice: Notice, { target, surroundings, parent }: MessageParts): SlackMessage {
  const { channel, username } = target;
  const attachments = [slackAttachment(notice, surroundings.origin, target)];
  const message = { channel, username, attachments };
  if (parent === undefined) return message;
  return notice.event === 'deploy-failed'
    ? { ...message, thread_ts: parent, reply_broadcast: true }
    : { ...message, thread_ts: parent };
}
