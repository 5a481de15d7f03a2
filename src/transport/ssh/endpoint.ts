/** Determines the endpoints of a connection: the worker, and the jump hosts on the way to the worker. */
import { Failure } from '../../base/failure.ts';
import type { WorkerAddress } from '../port.ts';
import { hostName } from './keys/known-hosts.ts';

/** The target of one SSH connection: a worker, or a jump host on the way to a worker. */
export interface Endpoint {
  /** Name of the endpoint in messages, such as `worker 10.0.0.1` or `jump host bastion`. */
  readonly title: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly pinned: string | undefined;
}

/** A jump host as the user wrote it. When `user` is undefined, the user name of the worker is used. */
export interface JumpHost {
  readonly host: string;
  readonly port: number;
  readonly user: string | undefined;
}

/**
 * Parses `user@host:port[,…]`. User and port are optional. An IPv6 address must be in brackets. Throws a `Failure`
 * (exit code 2) when the text is malformed.
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
 * Returns the jump hosts on the way to `endpoint`. When `endpoint` is itself one of the jump hosts, the route contains
 * only the hosts before it.
 */
export function routeTo(endpoint: Endpoint, jumps: readonly JumpHost[]): readonly Endpoint[] {
  const hops = jumps.map(({ host, port, user }) => {
    return { title: `jump host ${host}`, host, port, user: user ?? endpoint.user, pinned: undefined };
  });
  const itself = hops.findIndex((hop) => endpointId(hop) === endpointId(endpoint));
  return itself === -1 ? hops : hops.slice(0, itself);
}

/** Returns an id for the connection of an endpoint. Two endpoints with the same id share a connection. */
export function endpointId(endpoint: Endpoint): string {
  return `${endpoint.user}@${hostName(endpoint.host, endpoint.port)}`;
}

function parseHop(part: string): JumpHost {
  const match = /^(?:([^@\s]+)@)?(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9._-]+))(?::(\d{1,5}))?$/.exec(part);
  const host = match?.[2] ?? match?.[3];
  const port = Number(match?.[4] ?? 22);
  if (host === undefined || port < 1 || port > 65_535) {
    throw new Failure(`ssh-proxy-jump: "${part}" is not a jump host`, {
      exitCode: 2,
      hint: 'write user@host:port, several of them with commas, IPv6 as user@[fd00::1]:22',
    });
  }
  return { host, port, user: match?.[1] };
}
