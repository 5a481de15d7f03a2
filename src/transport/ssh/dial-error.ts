/** Explains why a connection attempt failed and whether another attempt may succeed. */
import { messageOf } from '../../base/failure.ts';
import type { TransportProblem } from '../port.ts';
import type { Memory } from './dial-memory.ts';
import type { Endpoint } from './endpoint.ts';
import { type HostKeyPolicy, noCommonKeyType } from './keys/host-key.ts';
import { fingerprint } from './keys/known-hosts.ts';
import type { SshLibrary } from './ssh-library.ts';

/**
 * How far a connection attempt got. `connecting`: no TCP connection yet. `silent`: no data from the other side yet.
 * `handshaking`: the SSH version of the other side has arrived. `login`: the connection is encrypted.
 */
export type DialStage = 'connecting' | 'silent' | 'handshaking' | 'login';

/** What is known about a connection attempt that failed. */
export interface FailedDial {
  readonly endpoint: Endpoint;
  readonly error: unknown;
  readonly stage: DialStage;
  readonly timeoutMs: number;
  readonly hostKeys: HostKeyPolicy;
  readonly library: SshLibrary;
  readonly signal: AbortSignal;
}

/** Codes of temporary errors: the other side accepted the connection and reset it, or the name server is overloaded. */
const PASSING = new Set(['ECONNRESET', 'EAI_AGAIN']);

/** A failed attempt. `memory` says how long the failure is remembered. */
export interface DialFailure {
  readonly kind: 'failed';
  readonly problem: TransportProblem;
  readonly mayRetry: boolean;
  readonly memory: Memory;
}

/** Explains why an attempt failed, and whether another attempt makes sense. */
export function explainDialError(dial: FailedDial): DialFailure {
  const { endpoint, error, stage } = dial;
  if (dial.signal.aborted) {
    const message = `${endpoint.title}: connecting was cancelled`;
    return {
      kind: 'failed',
      problem: { kind: 'cancelled', host: endpoint.host, message },
      mayRetry: false,
      memory: 'never',
    };
  }
  if (/no matching host key/.test(messageOf(error))) return refusal(noCommonKeyType(endpoint, dial.hostKeys));
  if (fieldOf(error, 'level') === 'client-authentication') return refusal(keyRefused(dial));
  const memory = isTimeout(error) && stage !== 'connecting' ? 'run' : 'phase';
  return { kind: 'failed', problem: unreachable(dial), mayRetry: mayRetry(dial), memory };
}

/** Returns the failure for a host that refused us, or that this program refused. */
export function refusal(problem: TransportProblem): DialFailure {
  return { kind: 'failed', problem, mayRetry: false, memory: 'run' };
}

/**
 * An `sshd` that has too many logins under way accepts TCP connections and closes them before it says anything. A closed
 * port is not dialled again, because a dead worker must not delay the run.
 */
function mayRetry({ stage, error }: FailedDial): boolean {
  if (isTimeout(error)) return false;
  return stage === 'silent' || PASSING.has(String(fieldOf(error, 'code')));
}

function keyRefused({ endpoint, library }: FailedDial): TransportProblem {
  const { key } = library;
  const blob = key.getPublicSSH();
  return {
    kind: 'auth',
    host: endpoint.host,
    message: `${endpoint.title} refused our key for user ${endpoint.user} (${key.type} ${fingerprint(blob)})`,
    hint: `add this line to ~/.ssh/authorized_keys of ${endpoint.user} there: ${key.type} ${blob.toString('base64')}`,
  };
}

function unreachable(dial: FailedDial): TransportProblem {
  const { endpoint } = dial;
  const address = `${endpoint.host.includes(':') ? `[${endpoint.host}]` : endpoint.host}:${endpoint.port}`;
  const { what, hint } = describe(dial);
  return { kind: 'unreachable', host: endpoint.host, message: `${endpoint.title}: ${what} (${address})`, hint };
}

function describe({ stage, error, timeoutMs }: FailedDial): { readonly what: string; readonly hint: string } {
  const seconds = Math.round(timeoutMs / 100) / 10;
  const reason = messageOf(error);
  if (isTimeout(error)) {
    if (stage === 'connecting')
      return { what: `no answer within ${seconds} s`, hint: 'is it switched on, and does a firewall let us through?' };
    if (stage === 'login')
      return {
        what: `it did not answer our login within ${seconds} s`,
        hint: 'what checks logins there may hang (PAM, LDAP, sssd); its log (journalctl -u ssh) says more',
      };
    return {
      what: `no SSH handshake within ${seconds} s`,
      hint: 'the port is open, but what listens there is overloaded or no sshd',
    };
  }
  if (stage === 'handshaking' || stage === 'login')
    return { what: `the SSH handshake failed: ${reason}`, hint: 'its log (journalctl -u ssh) says why' };
  if (stage === 'silent')
    return {
      what: 'it closed the connection at once',
      hint: 'sshd may be at its limit (MaxStartups), or another program listens there',
    };
  switch (fieldOf(error, 'code')) {
    case 'ECONNREFUSED':
      return { what: 'connection refused', hint: 'does sshd run there, and on this port?' };
    case 'ENOTFOUND':
      return { what: 'no such host', hint: 'is the name right, and is it in the DNS?' };
    default:
      return { what: `no connection: ${reason}`, hint: 'is the address right, and is there a route to it?' };
  }
}

function isTimeout(error: unknown): boolean {
  return fieldOf(error, 'level') === 'client-timeout' || fieldOf(error, 'code') === 'ETIMEDOUT';
}

function fieldOf(error: unknown, name: 'code' | 'level'): unknown {
  return typeof error === 'object' && error !== null ? (error as Record<string, unknown>)[name] : undefined;
}
