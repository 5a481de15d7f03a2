/** Sends notices to Slack through its Web API. The client is loaded with this file. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type ChatPostMessageArguments,
  type Logger,
  LogLevel,
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
  WebClient,
} from '@slack/web-api';
import type { Notice } from '../report/notice.ts';
import type { SlackTarget } from '../request/notify/target.ts';
import {
  type Channel,
  type ChannelSurroundings,
  type MessageOutcome,
  networkReason,
  retryAfter,
  SOON_MS,
  type Unusable,
} from './channel.ts';
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
      return post(clientFor(token, target, signal), message);
    },
  };
}

/** A workflow, or whoever made the thread, leaves its timestamp in the bucket; without it messages stand alone. */
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

function toMessage(notice: Notice, { target, surroundings, parent }: MessageParts): ChatPostMessageArguments {
  const { channel, username } = target;
  const attachments = [slackAttachment(notice, surroundings.origin, target)];
  const message = { channel, username, attachments };
  if (parent === undefined) return message;
  return notice.event === 'deploy-failed'
    ? { ...message, thread_ts: parent, reply_broadcast: true }
    : { ...message, thread_ts: parent };
}

/** Retries are counted by the notifier, with everybody else's; the signal is only heard by the fetch of this client. */
function clientFor(token: string, { apiUrl }: SlackTarget, signal: AbortSignal): WebClient {
  return new WebClient(token, {
    ...(apiUrl === undefined ? {} : { slackApiUrl: apiUrl }),
    logger: SILENT,
    logLevel: LogLevel.ERROR,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    allowAbsoluteUrls: false,
    fetch: (url, init) => fetch(url, { ...init, signal }),
  });
}

/** What it would say is in the errors that it throws. */
const SILENT: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  setLevel: () => {},
  getLevel: () => LogLevel.ERROR,
  setName: () => {},
};

async function post(client: WebClient, message: ChatPostMessageArguments): Promise<MessageOutcome> {
  try {
    await client.chat.postMessage(message);
    return { kind: 'sent' };
  } catch (thrown) {
    return problemOf(thrown);
  }
}

/** What the person who set it up can do about it. */
const ADVICE: Readonly<Record<string, string>> = {
  channel_not_found: 'check its name, or invite the app to a private channel',
  not_in_channel: 'invite the app to the channel',
  is_archived: 'the channel is archived',
  invalid_auth: 'check SLACK_TOKEN',
  not_authed: 'check SLACK_TOKEN',
  token_revoked: 'make a new SLACK_TOKEN',
  token_expired: 'make a new SLACK_TOKEN',
  account_inactive: 'make a new SLACK_TOKEN',
  missing_scope: 'the app needs the scope chat:write',
};
const TRANSIENT = ['internal_error', 'fatal_error', 'service_unavailable', 'request_timeout', 'ratelimited'];

function problemOf(thrown: unknown): MessageOutcome {
  if (thrown instanceof WebAPIPlatformError) {
    const { error } = thrown.data;
    const advice = ADVICE[error];
    const problem = advice === undefined ? error : `${error} (${advice})`;
    return { kind: 'failed', problem, ...(TRANSIENT.includes(error) && { again: SOON_MS }) };
  }
  if (thrown instanceof WebAPIRateLimitedError)
    return { kind: 'failed', problem: 'Slack asks to send less', again: thrown.retryAfter * 1000 };
  if (thrown instanceof WebAPIHTTPError) {
    const again = retryAfter(thrown.statusCode, null);
    return { kind: 'failed', problem: `HTTP ${thrown.statusCode}`, ...(again !== undefined && { again }) };
  }
  const reason = thrown instanceof WebAPIRequestError ? thrown.original : thrown;
  return { kind: 'failed', problem: networkReason(reason), again: SOON_MS };
}
