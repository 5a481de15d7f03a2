/**
 * Client of the runtime API for hook scripts: key/value store, secrets, demands, semaphores, facts, commands on
 * workers.
 *
 * A copy of this file lies beside every hook script that runs: `import { kv } from './maand'`. It works with Bun and
 * Node. Functions that call the API return a `Response` and do not throw for an HTTP error status. The short forms
 * (`kv`, `worker()`, `demands()`, `getKvValue()`) return plain values and throw `HttpError`. The functions that run
 * commands on workers (`runSsh()`, `runMakeTarget()`, `runRunnerTarget()`) return a `CompletedCommand` and throw
 * `CommandError`.
 */
import { existsSync, readFileSync } from 'node:fs';
import http from 'node:http';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const REQUEST_TIMEOUT_S = 60;
const WORKER_FACTS = ['worker_id', 'hostname', 'position', 'labels', 'worker_memory_mb', 'worker_cpu_mhz', 'jobs'];
const VARIABLES = [
  'ALLOCATION_ID ALLOCATION_IP ALLOCATION_INDEX DISABLED JOB EVENT HOOK COMMAND CURRENT_VERSION NEW_VERSION',
  'BUCKET_ROOT BATCH_ALLOCATIONS BATCH_INDEX BATCH_COUNT DEPLOY_PHASE ROLLOUT_ORDER ROLLOUT_ORDER_SOURCE',
  'NEW_ALLOCATIONS UPDATED_ALLOCATIONS TARGET HOOK_API_HOST HOOK_API_PORT',
].flatMap((names) => names.split(' '));

/** This allocation and its job. */
export type Job = Readonly<ReturnType<typeof job>>;

/** The worker of this allocation and its facts (`worker_id`, `labels`, …), as strings. */
export interface Worker {
  readonly worker_ip: string | undefined;
  readonly [fact: string]: string | undefined;
}

/** A hook of another job that demands this hook; `command` is the older name of `hook`. */
export interface HookDemand {
  readonly job: string;
  readonly hook: string;
  readonly command: string;
  readonly demand_config: Readonly<Record<string, unknown>>;
}

/** The API refused a request. `response` is the response of the API, and the message contains its text. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly response: Response;

  constructor(message: string, response: Response) {
    super(message);
    this.response = response;
  }
}

/** The request that belongs to each response, such as `GET /kv`. */
const QUESTIONS = new WeakMap<Response, string>();

type Fields = Readonly<Record<string, string | number>>;

interface ApiCall {
  readonly method: 'GET' | 'PUT' | 'DELETE' | 'POST';
  readonly path: string;
  readonly fields?: Fields;
  readonly timeoutSeconds?: number;
}

/**
 * Uses `node:http` instead of `fetch`, because requests to this machine must not go to a proxy from the environment.
 */
async function request({ method, path, fields, timeoutSeconds = REQUEST_TIMEOUT_S }: ApiCall): Promise<Response> {
  const query =
    method === 'GET' && fields ? `?${new URLSearchParams(fields as Record<string, string>).toString()}` : '';
  const body = method !== 'GET' && fields ? JSON.stringify(fields) : undefined;
  const options: http.RequestOptions = {
    method,
    host: process.env.HOOK_API_HOST || process.env.JOB_COMMAND_API_HOST || '127.0.0.1',
    port: apiPort(),
    path: path + query,
    headers: { ...callerHeaders(), ...(body === undefined ? {} : bodyHeaders(body)) },
    agent: new http.Agent(),
    signal: AbortSignal.timeout(timeoutSeconds * 1000),
  };
  return new Promise((answer, reject) => {
    const call = http.request(options, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('error', reject);
      incoming.on('end', () => {
        const response = toResponse(incoming, Buffer.concat(chunks));
        QUESTIONS.set(response, `${method} ${path}`);
        answer(response);
      });
    });
    call.on('error', reject);
    call.end(body);
  });
}

function apiPort(): number {
  const port = process.env.HOOK_API_PORT;
  if (!port) throw new Error('HOOK_API_PORT is not set: this script has to be started as a hook of a maand job');
  return Number(port);
}

function callerHeaders(): Record<string, string> {
  const headers: Record<string, string> = { Authorization: `Bearer ${process.env.HOOK_API_TOKEN ?? ''}` };
  const names = { 'X-ALLOCATION-ID': allocationId(), EVENT: hookEvent(), COMMAND: hookName(), HOOK: hookName() };
  for (const [name, value] of Object.entries(names)) if (value) headers[name] = value;
  return headers;
}

function bodyHeaders(body: string): Record<string, string> {
  return { 'Content-Type': 'application/json', 'Content-Length': String(new TextEncoder().encode(body).length) };
}

function toResponse(incoming: http.IncomingMessage, body: Uint8Array<ArrayBuffer>): Response {
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) headers.set(name, String(value));
  }
  return new Response(body, { status: incoming.statusCode ?? 500, statusText: incoming.statusMessage ?? '', headers });
}

async function succeeded(response: Response): Promise<Response> {
  if (response.ok) return response;
  const text = (await response.clone().text()).trim();
  throw new HttpError(`${QUESTIONS.get(response)}: ${response.status} ${text}`, response);
}

// --- this allocation, from the environment ---

export const allocationId = (): string | undefined => process.env.ALLOCATION_ID;
export const allocationIp = (): string | undefined => process.env.ALLOCATION_IP;
/** The zero-based index as a string. */
export const allocationIndex = (): string | undefined => process.env.ALLOCATION_INDEX;
export const isAllocationDisabled = (): boolean => process.env.DISABLED === '1';
export const jobName = (): string | undefined => process.env.JOB;
export const hookEvent = (): string | undefined => process.env.EVENT;
export const hookName = (): string | undefined => process.env.HOOK || process.env.COMMAND;

/** Returns the environment variables of this hook run, by name, without the token. */
export function env(): Record<string, string> {
  const set = VARIABLES.filter((name) => process.env[name] !== undefined);
  return Object.fromEntries(set.map((name) => [name, process.env[name] ?? '']));
}

export function job() {
  return {
    allocation_id: allocationId(),
    name: jobName(),
    job: jobName(),
    allocation_ip: allocationIp(),
    allocation_index: allocationIndex(),
    disabled: isAllocationDisabled(),
    current_version: process.env.CURRENT_VERSION,
    new_version: process.env.NEW_VERSION,
    event: hookEvent(),
    hook: hookName(),
  };
}

/** Returns the path of the bucket: BUCKET_ROOT, or else the nearest parent folder that contains maand.conf. */
export function findBucketRoot(): string {
  if (process.env.BUCKET_ROOT) return process.env.BUCKET_ROOT;
  for (const start of [process.cwd(), dirname(fileURLToPath(import.meta.url))]) {
    for (let folder = resolve(start); ; folder = dirname(folder)) {
      if (existsSync(join(folder, 'maand.conf'))) return folder;
      if (folder === dirname(folder)) break;
    }
  }
  throw new Error('maand.conf not found');
}

// --- requests ---

export function getStoreValue(namespace: string, key: string): Promise<Response> {
  return request({ method: 'GET', path: '/kv', fields: { namespace, key } });
}

/** Returns the value as a string. Throws `HttpError` when the value is missing or the hook may not read it. */
export async function getKvValue(namespace: string, key: string): Promise<string> {
  return readValue(await succeeded(await getStoreValue(namespace, key)));
}

export function putJobVariable(key: string, value: string): Promise<Response> {
  return put('/kv', { namespace: `vars/job/${jobName()}`, key, value });
}

export function putJobSecret(key: string, value: string): Promise<Response> {
  return put('/kv/secret', { namespace: `secrets/job/${jobName()}`, key, value });
}

export function deleteJobVariable(key: string): Promise<Response> {
  return remove(`vars/job/${jobName()}`, key);
}

export function deleteJobSecret(key: string): Promise<Response> {
  return remove(`secrets/job/${jobName()}`, key);
}

export function listJobKeys(namespace?: string): Promise<Response> {
  return request({ method: 'GET', path: '/kv/keys', ...(namespace ? { fields: { namespace } } : {}) });
}

/** Sets the order in which this deploy handles workers, given as a comma-separated string or a list of workers. */
export function putRolloutOrder(order: string | readonly string[]): Promise<Response> {
  const entries = typeof order === 'string' ? order.split(',') : order;
  const trimmed = entries.map((entry) => entry.trim()).filter((entry) => entry !== '');
  return put('/kv', { namespace: `maand/job/${jobName()}`, key: 'rollout_order', value: trimmed.join(',') });
}

export function getRolloutOrder(): Promise<Response> {
  return getStoreValue(`maand/job/${jobName()}`, 'rollout_order');
}

export function listHookDemands(): Promise<Response> {
  return request({ method: 'GET', path: '/demands' });
}

/**
 * Waits until fewer than `capacity` allocations hold the semaphore. Returns status 408 after the timeout (0 means 600
 * seconds).
 */
export function acquireSemaphore(name: string, capacity = 1, timeoutSeconds = 600): Promise<Response> {
  const fields = { name, capacity, timeout_seconds: timeoutSeconds };
  return request({ method: 'POST', path: '/semaphore/acquire', fields, timeoutSeconds: (timeoutSeconds || 600) + 30 });
}

export function releaseSemaphore(name: string): Promise<Response> {
  return request({ method: 'POST', path: '/semaphore/release', fields: { name } });
}

export function semaphoreStatus(name: string): Promise<Response> {
  return request({ method: 'GET', path: '/semaphore/status', fields: { name } });
}

function put(path: string, fields: Fields): Promise<Response> {
  return request({ method: 'PUT', path, fields });
}

function remove(namespace: string, key: string): Promise<Response> {
  const path = namespace.startsWith('secrets/') ? '/kv/secret' : '/kv';
  return request({ method: 'DELETE', path, fields: { namespace, key } });
}

async function readValue(response: Response): Promise<string> {
  return ((await response.json()) as { value: string }).value;
}

// --- short forms: they return plain values and throw HttpError ---

export async function worker(): Promise<Worker> {
  const facts: Record<string, string> = {};
  for (const name of WORKER_FACTS) {
    const response = await getStoreValue(`maand/worker/${allocationIp()}`, name);
    if (response.status !== 404) facts[name] = await readValue(await succeeded(response));
  }
  return { worker_ip: allocationIp(), ...facts };
}

/** Returns the hooks that demand this hook. */
export async function demands(): Promise<HookDemand[]> {
  return (await (await succeeded(await listHookDemands())).json()) as HookDemand[];
}

/** Two arguments: a key of this job and its value. Three arguments: namespace, key and value. */
type PutWords = readonly [key: string, value: string] | readonly [namespace: string, key: string, value: string];
type DeleteWords = readonly [key: string] | readonly [namespace: string, key: string];

function toFields(family: 'vars' | 'secrets', words: PutWords): Fields {
  if (words.length === 3) return { namespace: words[0], key: words[1], value: words[2] };
  return { namespace: `${family}/job/${jobName()}`, key: words[0], value: words[1] };
}

/** The key/value store. The default namespace is `vars/job/<own job>`, or `secrets/job/<own job>` for `putSecret`. */
export const kv = {
  /** Returns the value. Returns `fallback` instead when the key is missing and `fallback` is given. */
  async get(namespace: string, key: string, fallback?: string): Promise<string> {
    const response = await getStoreValue(namespace, key);
    if (response.status === 404 && fallback !== undefined) return fallback;
    return readValue(await succeeded(response));
  },
  async put(...words: PutWords): Promise<void> {
    await succeeded(await put('/kv', toFields('vars', words)));
  },
  async putSecret(...words: PutWords): Promise<void> {
    await succeeded(await put('/kv/secret', toFields('secrets', words)));
  },
  async delete(...words: DeleteWords): Promise<void> {
    const [namespace, key] = words.length === 2 ? words : [`vars/job/${jobName()}`, words[0]];
    await succeeded(await remove(namespace, key));
  },
  /** Returns the sorted key names of `vars/job/<own job>` or `secrets/job/<own job>`. */
  async keys(namespace = `vars/job/${jobName()}`): Promise<string[]> {
    const answer = await (await succeeded(await listJobKeys(namespace))).json();
    return (answer as { namespaces: Record<string, string[]> }).namespaces[namespace] ?? [];
  },
  put_secret: (...words: PutWords): Promise<void> => kv.putSecret(...words),
};

// --- commands on workers, over the connection of the run ---

/**
 * The result of a command on a worker, with the last 64 KiB of each output stream. The exit code is 124 when the time
 * limit has passed, and 255 when the worker could not be reached.
 */
export interface CompletedCommand {
  readonly command: string;
  readonly returncode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Throws `CommandError` when the command failed. */
  raiseForStatus(): void;
}

/** A command on a worker failed. `result` is the result of the command. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly result: CompletedCommand;

  constructor(result: CompletedCommand) {
    super(`${result.command}: exit ${result.returncode}`);
    this.result = result;
  }
}

/** `timeout` is in seconds; its default is 300. The default of `check` is true. */
export type SshOptions = { readonly timeout?: number; readonly check?: boolean };
/** Defaults: the worker of this allocation, this job, and 300 seconds. */
export type TargetOptions = { readonly workerIp?: string; readonly job?: string; readonly timeout?: number };

/**
 * Runs a command with `sh` in the login folder of a worker. The worker must have this job, or a job that this job
 * demands. With `check`, the output of a failed command is printed and `CommandError` is thrown.
 */
export async function runSsh(workerIp: string, remoteCmd: string, options: SshOptions = {}): Promise<CompletedCommand> {
  const { timeout = 300, check = true } = options;
  const done = await runOnWorker('/worker/command', remoteCmd, { worker: workerIp, command: remoteCmd }, timeout);
  if (check && done.returncode !== 0) {
    console.error(`${workerIp}: ${remoteCmd}: exit ${done.returncode}`);
    for (const text of [done.stdout, done.stderr]) if (text !== '') console.error(text.replace(/\n$/, ''));
    done.raiseForStatus();
  }
  return done;
}

/**
 * Runs a make target of a job on a worker, as a deploy does. The output is shown line by line, and CURRENT_VERSION and
 * NEW_VERSION are set. Throws `CommandError` when the target fails.
 */
export async function runMakeTarget(target: string, options: TargetOptions = {}): Promise<CompletedCommand> {
  const { workerIp = allocationIp() ?? '', job: of = jobName() ?? '', timeout = 300 } = options;
  const done = await runOnWorker('/worker/target', `make ${target}`, { worker: workerIp, job: of, target }, timeout);
  if (done.returncode === 255 && done.stderr !== '') console.error(done.stderr);
  done.raiseForStatus();
  return done;
}

async function runOnWorker(path: string, command: string, fields: Fields, timeout: number): Promise<CompletedCommand> {
  const asked = { ...fields, timeout_seconds: timeout };
  const response = await request({ method: 'POST', path, fields: asked, timeoutSeconds: (timeout || 300) + 60 });
  if (response.status === 502) return completed(command, 255, '', (await response.text()).trim());
  const ended = (await (await succeeded(response)).json()) as { exit_code: number; stdout: string; stderr: string };
  return completed(command, ended.exit_code, ended.stdout, ended.stderr);
}

function completed(command: string, returncode: number, stdout: string, stderr: string): CompletedCommand {
  const raiseForStatus = (): void => {
    if (returncode !== 0) throw new CommandError(result);
  };
  const result: CompletedCommand = { command, returncode, stdout, stderr, raiseForStatus };
  return result;
}

/**
 * Returns the login for workers from maand.conf, for tools that the hook starts. `runSsh()` needs no key. Throws when
 * the key file is missing.
 */
export function loadSsh(): { user: string; keyPath: string; useSudo: boolean } {
  const root = findBucketRoot();
  const settings = readSettings(join(root, 'maand.conf'));
  const places = [join(root, 'secrets'), root].map((folder) => join(folder, settings.get('ssh_key') || 'worker.key'));
  const keyPath = places.find((place) => existsSync(place));
  if (keyPath === undefined) throw new Error(`no SSH key: neither ${places.join(' nor ')} exists`);
  return { user: settings.get('ssh_user') || 'agent', keyPath, useSudo: settings.get('use_sudo') !== 'false' };
}

function readSettings(path: string): Map<string, string> {
  const lines = readFileSync(path, 'utf8').matchAll(/^\s*(\w+)\s*=\s*(?:"([^"\n]*)"|'([^'\n]*)'|([^#\n]*))/gm);
  return new Map([...lines].map(([, name = '', double, single, bare = '']) => [name, double ?? single ?? bare.trim()]));
}

// --- older names ---

export {
  allocationId as getAllocationId,
  allocationIndex as getAllocationIndex,
  allocationIp as getAllocationIp,
  getRolloutOrder as getDeployOrder,
  getStoreValue as kvGet,
  hookEvent as commandEvent,
  hookEvent as getEvent,
  hookName as commandName,
  hookName as getCommand,
  jobName as getJob,
  listHookDemands as getDemands,
  listHookDemands as listCommandDemands,
  putJobSecret as kvPutSecret,
  putJobVariable as kvPut,
  putRolloutOrder as putDeployOrder,
  runMakeTarget as runRunnerTarget, // older name: workers no longer have runner.py, which only called make
};
