/**
 * GitHub's cache service, version 2, over real HTTP. Twirp JSON calls reserve, finalize and look up entries. A blob storage
 * with signed addresses holds the contents: uploads come in one `PUT` or in blocks, and downloads are complete or in ranges.
 * The service works with maand's adapter and with the façade of `@actions/cache`, and fails when a test asks for it.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { answerBlob, type Reply } from './cache-blobs.ts';
import { CacheEntries, type CacheEntry, type TokenScope } from './cache-entries.ts';
import { type CacheCall, type CacheFault, CacheFaults, type PlannedFault } from './cache-faults.ts';
import { answerRpc, denied, json, noRoom, type RpcMessage } from './cache-rpc.ts';
import { cacheToken, signAddress } from './cache-token.ts';

const TWIRP = '/twirp/github.actions.results.api.v1.CacheService/';
const METHODS: Readonly<Record<string, CacheCall>> = {
  CreateCacheEntry: 'reserve',
  FinalizeCacheEntryUpload: 'finalize',
  GetCacheEntryDownloadURL: 'lookup',
};

export interface LoggedCall {
  readonly call: CacheCall;
  readonly method: string;
  /** The message of a `reserve`, `finalize` or `lookup` call. */
  readonly message: RpcMessage;
  readonly fault: CacheFault | undefined;
}

export interface Job {
  /** The ref of the job. Default: `refs/heads/main`. */
  readonly ref?: string;
  /** The base ref of a pull request. */
  readonly base?: string;
  /** The permission for the job's own ref: 1 to read, 3 (default) to read and write. */
  readonly permission?: 1 | 3;
}

export interface CacheServiceOptions {
  readonly defaultBranch?: string;
  /** The size that all entries together may have. Default: no limit. */
  readonly quotaBytes?: number;
}

export interface CacheServer extends AsyncDisposable {
  readonly url: string;
  readonly entries: CacheEntries;
  readonly log: readonly LoggedCall[];
  /** Returns the variables that the runner gives to an action of this job. */
  environment(job?: Job): Readonly<Record<string, string>>;
  fail(planned: PlannedFault): void;
  /** Removes all planned faults. Calls that already hang continue to hang. */
  recover(): void;
  /** Resolves when a call of that kind has arrived. An earlier call also counts. */
  arrived(call: CacheCall): Promise<void>;
}

/** Starts an empty service on a loopback port. Resolves when the service listens. */
export async function startCacheService(options: CacheServiceOptions = {}): Promise<CacheServer> {
  const { defaultBranch = 'refs/heads/main', quotaBytes = Number.POSITIVE_INFINITY } = options;
  const entries = new CacheEntries(quotaBytes);
  const faults = new CacheFaults();
  const log: LoggedCall[] = [];
  const waiting: (() => void)[] = [];
  const onCall = (logged: LoggedCall) => {
    log.push(logged);
    for (const wake of waiting.splice(0)) wake();
  };
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', `http://${request.headers.host}`);
    // errors of clients that disconnect are ignored
    void answer({ entries, faults, onCall, request, response, url }).catch(() => response.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return {
    url,
    entries,
    log,
    environment: ({ ref = defaultBranch, base, permission = 3 } = {}) => ({
      ACTIONS_RESULTS_URL: url,
      ACTIONS_RUNTIME_TOKEN: cacheToken(scopesOf({ ref, base, permission, defaultBranch })),
      ACTIONS_CACHE_SERVICE_V2: 'true',
      GITHUB_SERVER_URL: 'https://github.com',
    }),
    fail: (planned) => faults.plan(planned),
    recover: () => faults.clear(),
    arrived: async (call) => {
      while (!log.some((logged) => logged.call === call)) await new Promise<void>((wake) => waiting.push(wake));
    },
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

interface ScopeRequest {
  readonly ref: string;
  readonly base: string | undefined;
  readonly permission: number;
  readonly defaultBranch: string;
}

/** Returns the scopes of a token: the job's own ref first, then the refs that the job may only read. */
function scopesOf({ ref, base, permission, defaultBranch }: ScopeRequest): readonly TokenScope[] {
  const others = [...new Set([base, defaultBranch])].filter((scope) => scope !== undefined && scope !== ref);
  return [
    { Scope: ref, Permission: permission },
    ...others.map((scope) => ({ Scope: scope as string, Permission: 1 })),
  ];
}

interface Exchange {
  readonly entries: CacheEntries;
  readonly faults: CacheFaults;
  readonly onCall: (logged: LoggedCall) => void;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
}

async function answer({ entries, faults, onCall, request, response, url }: Exchange): Promise<void> {
  const body = Buffer.concat(await request.toArray());
  const { method = '', headers } = request;
  const rpc = url.pathname.startsWith(TWIRP) ? METHODS[url.pathname.slice(TWIRP.length)] : undefined;
  const call = rpc ?? (method === 'PUT' ? 'upload' : 'download');
  const message = rpc ? (JSON.parse(body.toString('utf8')) as RpcMessage) : {};
  const fault = faults.take(call);
  onCall({ call, method, message, fault });
  if (fault?.kind === 'hang') return;
  if (fault?.kind === 'reset') return void request.socket.resetAndDestroy();
  if (fault?.kind === 'delay') await delay(fault.ms);
  const addressOf = (entry: CacheEntry, use: 'read' | 'write') =>
    new URL(`/blob/${entry.id}?sv=2025-07-05&se=2030-01-01&use=${use}&sig=${signAddress(entry.id, use)}`, url).href;
  const reply =
    replyOfFault(fault, call) ??
    (rpc
      ? answerRpc(entries, { call, message, authorization: headers.authorization, addressOf }, fault)
      : answerBlob(entries, { method, url, headers, body }, fault));
  if (fault?.kind === 'lost-answer') return void request.socket.resetAndDestroy();
  response.writeHead(reply.status, { ...reply.headers });
  if (fault?.kind !== 'cut' || reply.body === undefined) return void response.end(reply.body);
  response.write(reply.body.slice(0, fault.afterBytes), () => request.socket.destroy());
}

/** Returns the response that a fault gives instead of the real one. In that case the call is not carried out. */
function replyOfFault(fault: CacheFault | undefined, call: CacheCall): Reply | undefined {
  if (fault?.kind === 'denied') return denied(call);
  if (fault?.kind === 'quota') return noRoom();
  if (fault?.kind === 'body') return { status: 200, headers: { 'content-type': 'text/html' }, body: fault.text };
  if (fault?.kind !== 'status') return undefined;
  const retryAfter = fault.retryAfterSeconds === undefined ? {} : { 'retry-after': fault.retryAfterSeconds };
  const { headers, ...reply } = json(fault.status, { code: 'unavailable', msg: fault.msg ?? '' });
  return { ...reply, headers: { ...headers, ...retryAfter } };
}
