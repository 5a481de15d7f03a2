/** Calls `chat.postMessage` of Slack's Web API once, and interprets the response. */
import { type MessageOutcome, networkReason, retryAfter, SOON_MS } from './channel.ts';
import type { SlackAttachment } from './slack-message.ts';

/** The arguments of `chat.postMessage` that maand sends, with Slack's names. */
export interface SlackMessage {
  readonly channel: string;
  readonly username: string;
  readonly attachments: readonly SlackAttachment[];
  readonly thread_ts?: string;
  readonly reply_broadcast?: boolean;
}

export interface SlackCall {
  /** Address of the Web API. When undefined, the address of Slack is used. */
  readonly apiUrl: string | undefined;
  readonly token: string;
  readonly message: SlackMessage;
  /** Ends the call when it is aborted, even while the response is read. */
  readonly signal: AbortSignal;
}

/** Slack repeats the message in its response, so a response may be several times longer than the message. */
const LARGEST_ANSWER_BYTES = 1024 * 1024;
const LONGEST_ERROR_CHARS = 200;

/** Makes one attempt. It never throws, because a failure is returned as an outcome. */
export async function postMessage({ apiUrl = 'https://slack.com/api/', ...call }: SlackCall): Promise<MessageOutcome> {
  const url = `${apiUrl}${apiUrl.endsWith('/') ? '' : '/'}chat.postMessage`;
  const headers = { authorization: `Bearer ${call.token}`, accept: 'application/json', 'user-agent': 'maand' };
  const body = formOf(call.message);
  try {
    // a redirection is an error, because the token must be sent only to the address of the target
    const response = await fetch(url, { method: 'POST', headers, body, redirect: 'error', signal: call.signal });
    return response.status === 200 ? verdictOf(await readAnswer(response)) : await refusalOf(response);
  } catch (thrown) {
    return { kind: 'failed', problem: networkReason(thrown), again: SOON_MS };
  }
}

/** Encodes the message as a form. Structured fields are JSON in it. Every method of the Web API accepts this form. */
function formOf({ channel, username, attachments, thread_ts, reply_broadcast }: SlackMessage): URLSearchParams {
  return new URLSearchParams({
    channel,
    username,
    attachments: JSON.stringify(attachments),
    ...(thread_ts === undefined ? {} : { thread_ts }),
    ...(reply_broadcast === undefined ? {} : { reply_broadcast: String(reply_broadcast) }),
  });
}

/**
 * Returns the outcome of a response whose status is not 200. Slack responds with 200 even when it refuses a call, and with
 * 429 when it is busy.
 */
async function refusalOf({ status, headers, body }: Response): Promise<MessageOutcome> {
  await body?.cancel();
  const again = retryAfter(status, status === 429 ? headers.get('retry-after') : null);
  const problem = status === 429 ? 'Slack asks to send less' : `HTTP ${status}`;
  return { kind: 'failed', problem, ...(again !== undefined && { again }) };
}

/** Returns the parsed response. Returns undefined when the response is too long or is not JSON. */
async function readAnswer({ body }: Response): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of body ?? []) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > LARGEST_ANSWER_BYTES) return undefined; // leaving the loop ends the call
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    return undefined;
  }
}

function verdictOf(answer: unknown): MessageOutcome {
  if (typeof answer !== 'object' || answer === null || !('ok' in answer)) {
    return { kind: 'failed', problem: 'the answer is not one of the Web API (check the setting api)' };
  }
  if (answer.ok === true) return { kind: 'sent' };
  const error = 'error' in answer ? errorName(answer.error) : UNNAMED;
  const advice = ADVICE.get(error);
  const problem = advice === undefined ? error : `${error} (${advice})`;
  return { kind: 'failed', problem, ...(TRANSIENT.includes(error) && { again: SOON_MS }) };
}

const UNNAMED = 'Slack refuses the message without naming an error';

/**
 * Returns Slack's name of the error. A long text is not a name. The text is not cut, because half a secret would not be
 * masked.
 */
function errorName(error: unknown): string {
  const name = typeof error === 'string' ? error.replace(/\s+/g, ' ').trim() : '';
  return name === '' || name.length > LONGEST_ERROR_CHARS ? UNNAMED : name;
}

/** Advice for the user by Slack's name of the error. */
const ADVICE: ReadonlyMap<string, string> = new Map([
  ['channel_not_found', 'check its name, or invite the app to a private channel'],
  ['not_in_channel', 'invite the app to the channel'],
  ['is_archived', 'the channel is archived'],
  ['invalid_auth', 'check SLACK_TOKEN'],
  ['not_authed', 'check SLACK_TOKEN'],
  ['token_revoked', 'make a new SLACK_TOKEN'],
  ['token_expired', 'make a new SLACK_TOKEN'],
  ['account_inactive', 'make a new SLACK_TOKEN'],
  ['missing_scope', 'the app needs the scope chat:write'],
]);
const TRANSIENT: readonly string[] = [
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
  'ratelimited',
];
