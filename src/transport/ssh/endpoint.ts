/** Works out the endpoints of a connection: the worker, and the jump hosts on the way to it. */
import { Failure } from '../../base/failure.ts';
import type { WorkerAddress } from '../port.ts';
import { hostName } from './keys/known-hosts.ts';

/** Where one SSH connection leads: a worker, or a jump host on the way to it. */
export interface Endpoint {
  /** Name in messages: `worker 10.0.0.1`, `jump host bastion`. */
  readonly title: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly pinned: string | undefined;
}

/** A jump host as the user wrote it; without a user name, that of the worker is used. */
export interface JumpHost {
  readonly host: string;
  readonly port: number;
  readonly user: string | undefined;
}

/**
 * Parses `user@host:port[,…]`; user and port are optional, IPv6 stands in brackets. Throws a `Failure` (exit code 2)
 * when the text is malformed.
 */
export function jumpHostsOf(text: string): readonly JumpHost[] {
  const hops = text.split(',').map((part) => part.trim());
  return hops.filter((part) => part !== '').map(parseHop);
}

export function workerEndpoint(worker: WorkerAddress): Endpoint {
  const { host, port, user, hostKey } = worker;
  return { title: `worker ${host}`, host, port, user, pinned: hostKey };
}

/**
 * Returns the jump hosts on the way to `endpoint`. When one of the jump hosts is the endpoint itself, the route ends
 * there and its connection is shared.
 */
export function routeTo(endpoint: Endpoint, jumps: readonly JumpHost[]): readonly Endpoint[] {
  const hops = jumps.map(({ host, port, user }) => {
    return { title: `jump host ${host}`, host, port, user: user ?? endpoint.user, pinned: undefined };
  });
  const itself = hops.findIndex((hop) => endpointId(hop) === endpointId(endpoint));
  return itself === -1 ? hops : hops.slice(0, itself);
}

/** Returns an id that is equal for two endpoints that share a connection. */
export function endpointId(endpoint: Endpoint): string {
  return `${endpoint.user}@${hostName(endpoint.host, endpoint.port)}`;
}

function parseHop(part: string): JumpHost {
  const match = /^(?:([^@\s]+)@)?(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9._-]+))(?::(\d{1,5}))?$/.exec(part);
  const host = match?.[2] ?? match?.[3];
  const port = Number(match?.[4] ?? 22);
  if (host === undefined || port < 1 || port > 65_535) {
    throw new Failure(`ssh-proxy-jump: "${part}" is no jump host`, {
      exitCode: 2,
      hint: 'write user@host:port, several of them with commas, IPv6 as user@[fd00::1]:22',
    });
  }
  return { host, port, user: match?.[1] };
}
