/** Sends notices as JSON with HTTP POST. The request is signed when the target has a secret. */
import { createHmac, randomUUID } from 'node:crypto';
import type { Notice } from '../report/notice.ts';
import type { WebhookTarget } from '../request/notify/target.ts';
import {
  type Channel,
  type ChannelSurroundings,
  type MessageOutcome,
  networkReason,
  retryAfter,
  SOON_MS,
} from './channel.ts';
import { webhookBody } from './webhook-body.ts';

const LONGEST_ANSWER_CHARS = 200;

export function openWebhook(target: WebhookTarget, { env, origin }: ChannelSurroundings): Channel {
  const { label, quiet, template } = target;
  const secret = target.secret ?? (env.NOTIFY_SECRET || undefined);
  const calls = new WeakMap<Notice, Call>(); // every attempt sends the same message
  return {
    label,
    quiet,
    failure: { message: 'Webhook send failure', hook: 'Webhook hook result send failure' },
    send: async (notice, signal) => {
      const id = randomUUID();
      const body = () => JSON.stringify(webhookBody(template, notice, { id, sentAt: new Date(), origin }));
      const call = calls.get(notice) ?? toCall({ id, body: body(), secret });
      calls.set(notice, call);
      return post(target.url, call, signal);
    },
  };
}

interface Call {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Makes the call. The signature covers the bytes of the body, in the format of GitHub's webhook signatures. */
function toCall({ id, body, secret }: { id: string; body: string; secret: string | undefined }): Call {
  const signature = secret === undefined ? undefined : createHmac('sha256', secret).update(body).digest('hex');
  return {
    body,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'user-agent': 'maand',
      'x-maand-delivery': id,
      ...(signature === undefined ? {} : { 'x-maand-signature-256': `sha256=${signature}` }),
    },
  };
}

async function post(url: string, { body, headers }: Call, signal: AbortSignal): Promise<MessageOutcome> {
  try {
    const response = await fetch(url, { method: 'POST', body, headers, redirect: 'manual', signal });
    if (response.ok) {
      await response.body?.cancel();
      return { kind: 'sent' };
    }
    const again = retryAfter(response.status, response.headers.get('retry-after'));
    const problem = `HTTP ${response.status}${await beginningOf(response)}`;
    return { kind: 'failed', problem, ...(again !== undefined && { again }) };
  } catch (thrown) {
    return { kind: 'failed', problem: networkReason(thrown), again: SOON_MS };
  }
}

/** Returns the first part of the response, because a server often explains a refusal there. Later parts are not read. */
async function beginningOf({ body }: Response): Promise<string> {
  if (!body) return '';
  const reader = body.getReader();
  const { value } = await reader.read();
  await reader.cancel();
  const text = new TextDecoder().decode(value).replace(/\s+/g, ' ').trim();
  return text === '' ? '' : `: ${text.slice(0, LONGEST_ANSWER_CHARS)}`;
}
