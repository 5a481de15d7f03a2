/**
 * Serves the runtime API of hooks (docs/runtime-api.md) over HTTP on 127.0.0.1, at a free port. The token identifies
 * the caller, and the rest of the request is checked against the rights of the caller. The checks run in this order:
 * path, method, token, headers, body, fields, rights.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { newAbort } from '../../base/abort.ts';
import { Failure, messageOf } from '../../base/failure.ts';
import type { DemandRow } from '../registered.ts';
import { Admissions, type HookCaller } from './admissions.ts';
import { deleteKey, getValue, type KvRoutes, listKeys, putSecret, putValue } from './api-kv.ts';
import {
  type ApiAnswer,
  ApiRefusal,
  type ApiRequest,
  authorize,
  type Method,
  readFields,
  sendAnswer,
} from './api-request.ts';
import { acquireSemaphore, releaseSemaphore, semaphoreStatus } from './api-semaphores.ts';
import { runWorkerCommand, runWorkerTarget, type WorkerRoutes } from './api-workers.ts';
import { Semaphores } from './semaphores.ts';
import { WorkerTasks } from './worker-tasks.ts';

export const HOOK_API_HOST = '127.0.0.1';
const RECEIVE_LIMIT_MS = 10_000;
const IDLE_LIMIT_MS = 30_000;

export interface HookApiOptions extends KvRoutes, Omit<WorkerRoutes, 'tasks'> {
  /** Returns the hooks that demand the hook `hook` of the job `job`. */
  readonly demandsOn: (job: string, hook: string) => readonly DemandRow[];
}

/**
 * The access of one hook process. When the object is disposed, the token is revoked, the semaphores are freed, and the
 * tasks on workers are ended.
 */
export interface HookPass extends AsyncDisposable {
  readonly token: string;
}

export interface HookApi extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  admit(caller: HookCaller): HookPass;
}

type Route = (request: ApiRequest) => ApiAnswer | Promise<ApiAnswer>;
interface RouteEntry {
  readonly answer: Route;
  /** When true, a request without fields is refused with `Failed to read request body`. */
  readonly needsFields: boolean;
}
type Routes = Readonly<Record<string, Partial<Record<Method, RouteEntry>>>>;

/** Starts the API of one command run. Throws a `Failure` when no port is free. */
export async function startHookApi(options: HookApiOptions): Promise<HookApi> {
  const { warn } = options;
  const admissions = new Admissions();
  const semaphores = new Semaphores();
  const tasks = new WorkerTasks();
  const routes = toRoutes({ ...options, tasks }, semaphores);
  const { createServer } = await import('node:http'); // loading this module takes a while, and most commands run no hook
  const server = createServer((request, response) => void serve({ request, response, routes, admissions, warn }));
  server.requestTimeout = RECEIVE_LIMIT_MS;
  server.headersTimeout = RECEIVE_LIMIT_MS;
  server.keepAliveTimeout = IDLE_LIMIT_MS;
  return {
    host: HOOK_API_HOST,
    port: await listen(server),
    admit(caller) {
      const { admission, token } = admissions.admit(caller);
      const leave = (): Promise<void> => {
        admissions.revoke(admission);
        semaphores.releaseAll(admission);
        return tasks.endAll(admission);
      };
      return { token, [Symbol.asyncDispose]: leave };
    },
    [Symbol.asyncDispose]: () => stop(server),
  };
}

function listen(server: Server): Promise<number> {
  return new Promise((listening, failed) => {
    server.once('error', (cause) =>
      failed(
        new Failure(`cannot start the runtime API of hooks on ${HOOK_API_HOST}: ${messageOf(cause)}`, {
          exitCode: 1,
          cause,
        }),
      ),
    );
    server.listen(0, HOOK_API_HOST, () => listening((server.address() as AddressInfo).port));
  });
}

/** Stops the server. Every hook has already ended. Connections that are still open are closed. */
function stop(server: Server): Promise<void> {
  return new Promise((stopped) => {
    server.close(() => stopped());
    server.closeAllConnections();
  });
}

type RouteParts = KvRoutes & WorkerRoutes & Pick<HookApiOptions, 'demandsOn'>;

function toRoutes(parts: RouteParts, semaphores: Semaphores): Routes {
  const fields = (answer: Route): RouteEntry => ({ answer, needsFields: true });
  const free = (answer: Route): RouteEntry => ({ answer, needsFields: false });
  return {
    '/kv': {
      GET: fields((request) => getValue(parts, request)),
      PUT: fields((request) => putValue(parts, request)),
      DELETE: fields((request) => deleteKey(parts, request, 'delete')),
    },
    '/kv/secret': {
      PUT: fields((request) => putSecret(parts, request)),
      DELETE: fields((request) => deleteKey(parts, request, 'delete-secret')),
    },
    '/kv/keys': { GET: free((request) => listKeys(parts, request)) },
    '/demands': { GET: free(({ admission }) => listDemands(parts.demandsOn, admission.caller)) },
    '/semaphore/acquire': { POST: fields((request) => acquireSemaphore(semaphores, request)) },
    '/semaphore/release': { POST: fields((request) => releaseSemaphore(semaphores, request)) },
    '/worker/command': { POST: fields((request) => runWorkerCommand(parts, request)) },
    '/worker/target': { POST: fields((request) => runWorkerTarget(parts, request)) },
    '/semaphore/status': { GET: free((request) => semaphoreStatus(semaphores, request)) },
  };
}

function listDemands(demandsOn: HookApiOptions['demandsOn'], { job, hook }: HookCaller): ApiAnswer {
  const rows = demandsOn(job, hook);
  return {
    status: 200,
    json: rows.map((row) => ({ job: row.job, hook: row.hook, command: row.hook, demand_config: row.config })),
  };
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly routes: Routes;
  readonly admissions: Admissions;
  readonly warn: (message: string) => void;
}

async function serve(exchange: Exchange): Promise<void> {
  const { response } = exchange;
  try {
    sendAnswer(response, await answerTo(exchange));
  } catch (thrown) {
    sendAnswer(response, toRefusal(exchange, thrown));
  }
}

/**
 * Returns the response for a thrown error. An error that is not a refusal is a fault of this program: the run prints a
 * warning with the cause, and the response only says that the request failed.
 */
function toRefusal({ request, warn }: Exchange, thrown: unknown): ApiAnswer {
  if (thrown instanceof ApiRefusal) return { status: thrown.status, text: thrown.message };
  warn(`runtime API of hooks: ${request.method} ${splitUrl(request)[0]}: ${messageOf(thrown)}`);
  return { status: 500, text: 'Internal server error' };
}

async function answerTo(exchange: Exchange): Promise<ApiAnswer> {
  const { request, admissions } = exchange;
  const [path, query] = splitUrl(request);
  const methods = Object.hasOwn(exchange.routes, path) ? exchange.routes[path] : undefined;
  if (!methods) return { status: 404, text: 'Unknown path' };
  const route = methods[request.method as Method];
  if (!route) return { status: 405 };
  const admission = authorize(request, admissions);
  const fields = await readFields(request, new URLSearchParams(query));
  if (!admissions.has(admission)) throw new ApiRefusal(401, 'The hook process of this token has ended');
  if (route.needsFields && !fields) throw new ApiRefusal(400, 'Failed to read request body');
  return route.answer({ admission, fields: fields ?? {}, ...watchHangUp(exchange.response) });
}

function watchHangUp(response: ServerResponse): Pick<ApiRequest, 'gone' | 'onUndelivered'> {
  const hangUp = newAbort();
  const undo: (() => void)[] = [];
  response.once('close', () => {
    hangUp.abort();
    if (!response.writableFinished) for (const step of undo) step();
  });
  return { gone: hangUp.signal, onUndelivered: (step) => undo.push(step) };
}

/** Returns the path and the query as the client sent them. */
function splitUrl({ url = '' }: IncomingMessage): [path: string, query: string] {
  const mark = url.indexOf('?');
  return mark === -1 ? [url, ''] : [url.slice(0, mark), url.slice(mark + 1)];
}
