/**
 * Sends one HTTP request that always ends. A signal can abort it, and its answer has a size limit. It is never
 * repeated, and redirects are not followed. The client of `@actions/http-client` cannot be aborted: a silent server
 * blocks it for three minutes. But it supports the proxies of runners, so this module uses its agent with Node's own
 * request.
 */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { HttpClient } from '@actions/http-client';
import { messageOf } from '../base/failure.ts';

export interface HttpCall {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  readonly largestBytes: number;
  readonly signal: AbortSignal;
}

export interface HttpAnswer {
  readonly kind: 'answer';
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface NoAnswer {
  readonly kind: 'no-answer' | 'too-large';
  /** A clause for a message. It never contains the URL, which may be signed. */
  readonly reason: string;
}

/** Sends the request. Never throws: every network failure is returned as a `NoAnswer`. */
export async function callHttp({ largestBytes, ...call }: HttpCall): Promise<HttpAnswer | NoAnswer> {
  try {
    const response = await send(call);
    const body = await readBody(response, largestBytes);
    if (body === undefined) return { kind: 'too-large', reason: `it has more than ${largestBytes} bytes` };
    return { kind: 'answer', status: response.statusCode ?? 0, headers: response.headers, body };
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    return { kind: 'no-answer', reason: call.signal.aborted ? 'no answer in time' : (code ?? messageOf(thrown)) };
  }
}

function send({ method, url, headers, body, signal }: Omit<HttpCall, 'largestBytes'>): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': String(body.length) };
    const agent = new HttpClient(undefined, [], { keepAlive: false }).getAgent(url);
    const request = url.startsWith('https:') ? requestHttps : requestHttp;
    const sent = request(url, { method, headers: { ...headers, ...length }, agent, signal }, resolve);
    sent.on('error', reject).end(body);
  });
}

/** Returns the body, or `undefined` when it has more than `largestBytes` bytes. Rejects when the body ends early. */
async function readBody(response: IncomingMessage, largestBytes: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > largestBytes) return undefined; // leaving the loop destroys the response
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
