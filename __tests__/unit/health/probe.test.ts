import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { CatalogWorker } from '../../../src/catalog/types.ts';
import { problemText } from '../../../src/events/problem-text.ts';
import { runProbe } from '../../../src/health/probe.ts';
import type { RemoteOutcome } from '../../../src/transport/port.ts';
import type { Check } from '../../../src/workspace/types.ts';

const open: { close(): unknown }[] = [];
afterEach(() => {
  for (const server of open.splice(0)) server.close();
});

function listen(server: Server | ReturnType<typeof createTcpServer>): Promise<number> {
  open.push(server);
  return new Promise((ready) => server.listen(0, '127.0.0.1', () => ready((server.address() as AddressInfo).port)));
}

const worker = { host: '127.0.0.1' } as CatalogWorker;

async function probe(
  check: Check,
  port: number,
  parts: { readonly timeoutMs?: number; readonly signal?: AbortSignal; readonly remote?: RemoteOutcome } = {},
) {
  const look = () => (parts.remote ? Promise.resolve(parts.remote) : Promise.reject(new Error('not asked for')));
  const signal = parts.signal ?? new AbortController().signal;
  const problem = await runProbe({
    check,
    worker,
    ports: { p: port },
    workers: { look },
    timeoutMs: parts.timeoutMs ?? 5000,
    signal,
  });
  return problem && problemText(problem);
}

const http = (path: string, expectStatus = 200): Check => ({
  type: 'http',
  port: 'p',
  path,
  expectStatus,
  scheme: 'http',
});

/** Returns a port on which no process listens any more. */
async function freedPort(): Promise<number> {
  const server = createTcpServer();
  const port = await listen(server);
  await new Promise((closed) => server.close(closed));
  open.pop();
  return port;
}

describe('tcp probe', () => {
  it('passes when a process listens, and fails otherwise', async () => {
    expect(await probe({ type: 'tcp', port: 'p' }, await listen(createTcpServer()))).toBeUndefined();
    const port = await freedPort();
    expect(await probe({ type: 'tcp', port: 'p' }, port)).toBe(`tcp 127.0.0.1:${port}: connection refused`);
  });

  it('ends with the run', async () => {
    const signal = AbortSignal.abort();
    expect(await probe({ type: 'tcp', port: 'p' }, 1, { signal })).toContain('cancelled');
  });
});

describe('http probe', () => {
  const serve = (listener: RequestListener) => listen(createServer(listener));

  it('wants exactly the expected status', async () => {
    const port = await serve((request, response) => response.writeHead(request.url === '/ready' ? 204 : 404).end());
    expect(await probe(http('/ready', 204), port)).toBeUndefined();
    expect(await probe(http('/missing'), port)).toBe(`http http://127.0.0.1:${port}/missing: status 404 want 200`);
  });

  it('follows redirects on the same host, ten at most, unless the redirect itself is expected', async () => {
    let hops = 0;
    const port = await serve((request, response) => {
      const left = Number(request.url?.slice(1));
      hops++;
      if (left > 0) response.writeHead(302, { location: `/${left - 1}` }).end();
      else response.end('well');
    });
    expect(await probe(http('/10'), port)).toBeUndefined();
    expect(hops).toBe(11);
    expect(await probe(http('/11'), port)).toContain('more than 10 redirects');
    expect(await probe(http('/3', 302), port)).toBeUndefined();
  });

  it('does not follow to another host', async () => {
    const port = await serve((_request, response) => response.writeHead(302, { location: 'http://127.0.0.2/' }).end());
    expect(await probe(http('/'), port)).toContain('redirected to another host (127.0.0.2)');
  });

  it('ends at its time limit, and does not wait for a body that never ends', async () => {
    const silent = await serve(() => {});
    expect(await probe(http('/'), silent, { timeoutMs: 50 })).toContain('no answer within 0.05 s');
    const endless = await serve((_request, response) => void response.write('x'));
    expect(await probe(http('/'), endless)).toBeUndefined();
  });
});

describe('ssh probe', () => {
  const check: Check = { type: 'ssh', command: 'nodetool status' };
  const exited = (exitCode: number, stderr = ''): RemoteOutcome => ({
    kind: 'exited',
    exitCode,
    stdout: '',
    stderr,
    durationMs: 1,
  });

  it.each<[string, RemoteOutcome, string | undefined]>([
    ['passes with status 0', exited(0), undefined],
    ['shows status and words', exited(3, 'DN node\n'), 'ssh 127.0.0.1: exit 3: DN node'],
    [
      'says that it took too long',
      { kind: 'timed-out', stdout: '', stderr: '', durationMs: 1 },
      'ssh 127.0.0.1: timed out after 5 s',
    ],
    [
      'says why there is no connection',
      { kind: 'failed', problem: { kind: 'lost', host: 'h', message: 'gone' }, durationMs: 1 },
      'ssh 127.0.0.1: gone',
    ],
  ])('%s', async (_what, remote, expected) => {
    expect(await probe(check, 1, { remote })).toBe(expected);
  });

  it('refuses an empty command', async () => {
    expect(await probe({ type: 'ssh', command: ' ' }, 1)).toBe('ssh 127.0.0.1: empty command');
  });
});
