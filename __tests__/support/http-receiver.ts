/** A real HTTP server that keeps the requests it receives. It acts as a webhook receiver, or as the API of a service. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface ReceivedCall {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface HttpReceiver extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  readonly calls: readonly ReceivedCall[];
  /** Resolves when this number of calls has arrived. */
  until(count: number): Promise<void>;
}

/**
 * Starts a server. `answer` gets the call and its number, which starts at 1. By default the response is 200 without a body.
 */
export async function startReceiver(
  answer: (response: ServerResponse, call: ReceivedCall, number: number) => void = (response) => response.end(),
): Promise<HttpReceiver> {
  const calls: ReceivedCall[] = [];
  const waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  const take = (call: ReceivedCall, response: ServerResponse): void => {
    calls.push(call);
    answer(response, call, calls.length);
    for (const one of waiting) if (calls.length >= one.count) one.resolve();
  };
  const server = createServer((request, response) => {
    const { url = '', headers } = request;
    void text(request).then((body) => take({ path: url, headers, body }, response));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    until: (count) =>
      calls.length >= count ? Promise.resolve() : new Promise((resolve) => waiting.push({ count, resolve })),
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** Starts a server that responds as Slack does. `errors` maps the number of a call to the error that refuses it. */
export function startSlack(errors: Readonly<Record<number, string>> = {}): Promise<HttpReceiver> {
  return startReceiver((response, _call, number) => {
    const error = errors[number];
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(error === undefined ? { ok: true, ts: `1.${number}` } : { ok: false, error }));
  });
}

/** Returns the message of a `chat.postMessage` call. */
// biome-ignore lint/suspicious/noExplicitAny: tests look into documents of many shapes
export function slackMessage({ body }: ReceivedCall): any {
  const fields = new URLSearchParams(body);
  return { ...Object.fromEntries(fields), attachments: JSON.parse(fields.get('attachments') ?? '[]') };
}
