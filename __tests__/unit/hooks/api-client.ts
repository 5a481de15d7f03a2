import http from 'node:http';

export interface Call {
  readonly token?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  /** The body of the request. A text is sent unchanged, and any other value as JSON. */
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

export interface Reply {
  readonly status: number;
  readonly type: string | undefined;
  readonly text: string;
}

/** Sends one request over real HTTP. The request may have a body even for methods for which `fetch` refuses a body. */
export function ask(port: number, line: string, call: Call = {}): Promise<Reply> {
  const [method = '', path = ''] = line.split(' ');
  const body = call.body === undefined || typeof call.body === 'string' ? call.body : JSON.stringify(call.body);
  const headers = {
    ...(call.token === undefined ? {} : { Authorization: `Bearer ${call.token}` }),
    ...(body === undefined ? {} : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) }),
    ...call.headers,
  };
  return new Promise((done, failed) => {
    const signal = call.signal ? { signal: call.signal } : {};
    const request = http.request(
      { host: '127.0.0.1', port, method, path, headers, agent: false, ...signal },
      (reply) => {
        let text = '';
        reply.setEncoding('utf8');
        reply.on('data', (chunk: string) => {
          text += chunk;
        });
        reply.on('end', () => done({ status: reply.statusCode ?? 0, type: reply.headers['content-type'], text }));
      },
    );
    request.on('error', failed);
    request.end(body);
  });
}
