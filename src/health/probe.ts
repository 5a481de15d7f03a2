/** Runs one probe of a health check: a TCP connection, an HTTP request or a command over SSH. */

import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { anySignal, timeoutSignal } from '../base/abort.ts';
import type { CatalogWorker } from '../catalog/types.ts';
import type { Problem } from '../events/problem.ts';
import type { GuardedWorkers } from '../transport/guarded-workers.ts';
import type { Check } from '../workspace/types.ts';

const MOST_REDIRECTS = 10;
const MOST_OUTPUT = 500;

export type ProbeProblem = Extract<Problem, { readonly kind: 'probe' }>;

export interface ProbeInput {
  readonly check: Check;
  readonly worker: CatalogWorker;
  /** Port name → port number, for this job. */
  readonly ports: Readonly<Record<string, number>>;
  readonly workers: Pick<GuardedWorkers, 'look'>;
  /** Time limit of the whole probe, including the connection. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Runs one probe of one worker. Returns `undefined` when the probe passed, otherwise the problem. */
export async function runProbe(input: ProbeInput): Promise<ProbeProblem | undefined> {
  const { check } = input;
  switch (check.type) {
    case 'tcp':
      return probeTcp(input, portOf(input, check.port));
    case 'http':
      return probeHttp(input, check);
    case 'ssh':
      return probeSsh(input, check.command);
  }
}

function portOf({ ports }: ProbeInput, name: string): number {
  const number = Object.hasOwn(ports, name) ? ports[name] : undefined;
  if (number === undefined) throw new Error(`port "${name}" has no number`); // the manifest reader refuses undeclared ports
  return number;
}

function probeTcp({ worker, timeoutMs, signal }: ProbeInput, port: number): Promise<ProbeProblem | undefined> {
  const limit = anySignal(signal, timeoutSignal(timeoutMs));
  return new Promise((resolve) => {
    const socket = connect({ host: worker.host, port });
    const finish = (said?: string) => {
      limit.removeEventListener('abort', onLimit);
      socket.destroy();
      resolve(said === undefined ? undefined : failed('tcp', endpoint(worker.host, port), said));
    };
    const onLimit = () => finish(signal.aborted ? 'cancelled' : `no connection within ${timeoutMs / 1000} s`);
    limit.addEventListener('abort', onLimit);
    socket.once('connect', () => finish());
    socket.once('error', (error: NodeJS.ErrnoException) => finish(describe(error)));
    if (limit.aborted) onLimit();
  });
}

async function probeHttp(
  input: ProbeInput,
  check: Extract<Check, { type: 'http' }>,
): Promise<ProbeProblem | undefined> {
  const { worker, timeoutMs, signal } = input;
  const first = new URL(`${check.scheme}://${endpoint(worker.host, portOf(input, check.port))}${check.path}`);
  const limit = anySignal(signal, timeoutSignal(timeoutMs));
  const wrong = (said: string) => failed('http', first.href, said);
  let url = first;
  try {
    for (let redirects = 0; ; redirects++) {
      const { status, location } = await requestOnce(url, limit);
      const next = location === undefined ? undefined : new URL(location, url);
      const isRedirect = next !== undefined && status >= 300 && status < 400 && status !== check.expectStatus;
      if (!isRedirect)
        return status === check.expectStatus ? undefined : wrong(`status ${status} want ${check.expectStatus}`);
      if (next.hostname !== first.hostname) return wrong(`redirected to another host (${next.hostname})`);
      if (redirects >= MOST_REDIRECTS) return wrong(`more than ${MOST_REDIRECTS} redirects`);
      url = next;
    }
  } catch (thrown) {
    if (signal.aborted) return wrong('cancelled');
    return wrong(limit.aborted ? `no answer within ${timeoutMs / 1000} s` : describe(thrown as NodeJS.ErrnoException));
  }
}

interface Answer {
  readonly status: number;
  readonly location: string | undefined;
}

/** Sends one request. The body is not read, because only the status matters. */
async function requestOnce(url: URL, signal: AbortSignal): Promise<Answer> {
  const { request } = await (url.protocol === 'https:' ? import('node:https') : import('node:http'));
  return new Promise((resolve, reject) => {
    const options = { signal, agent: false, headers: { connection: 'close', 'user-agent': 'maand-health' } };
    const call = request(url, options, (response: IncomingMessage) => {
      resolve({ status: response.statusCode ?? 0, location: response.headers.location });
      response.destroy();
    });
    call.once('error', reject);
    call.end();
  });
}

async function probeSsh(input: ProbeInput, command: string): Promise<ProbeProblem | undefined> {
  const { worker, workers, timeoutMs, signal } = input;
  const wrong = (said: string) => failed('ssh', worker.host, said);
  if (command.trim() === '') return wrong('empty command');
  const limit = anySignal(signal, timeoutSignal(timeoutMs)); // it also limits the time for opening a connection
  const outcome = await workers.look(worker, { label: 'health check', script: command, timeoutMs }, limit);
  switch (outcome.kind) {
    case 'exited': {
      if (outcome.exitCode === 0) return undefined;
      const output = `${outcome.stdout}${outcome.stderr}`.trim().slice(-MOST_OUTPUT);
      return wrong(`exit ${outcome.exitCode}${output === '' ? '' : `: ${output}`}`);
    }
    case 'timed-out':
      return wrong(`timed out after ${timeoutMs / 1000} s`);
    case 'failed': {
      const isLate = outcome.problem.kind === 'cancelled' && !signal.aborted;
      return wrong(isLate ? `timed out after ${timeoutMs / 1000} s` : outcome.problem.message);
    }
  }
}

function failed(probe: ProbeProblem['probe'], at: string, said: string): ProbeProblem {
  return { kind: 'probe', probe, at, said };
}

function endpoint(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

const CAUSES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  EHOSTUNREACH: 'no route to the worker',
  ENETUNREACH: 'no route to the worker',
};

function describe(error: NodeJS.ErrnoException): string {
  return CAUSES[error.code ?? ''] ?? error.message;
}
