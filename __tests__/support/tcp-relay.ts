import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { ownLoopbackAddress } from './free-port.ts';

/** A TCP relay in front of a worker. It can stop responding or refuse connections, as a bad network does. */
export interface TcpRelay extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  /** Number of connections that arrived, including refused ones. */
  readonly attempts: number;
  /** From now on no data passes and no connection is closed, as with a cut cable. This also applies to new connections. */
  silence(): void;
  /** Ends a silence: connections from before it are reset, new ones pass. */
  restore(): void;
  /** Resets every connection. */
  reset(): void;
}

export interface TcpRelayOptions {
  /** Number of connections that are reset before the first byte. Default: 0. */
  readonly refusals?: number;
  /** The address of the relay. Default: a loopback address that only this relay uses. */
  readonly host?: string;
}

/** Starts a relay to `target`. Resolves when the relay listens. */
export async function startTcpRelay(
  target: { readonly host: string; readonly port: number },
  { refusals = 0, host = ownLoopbackAddress() }: TcpRelayOptions = {},
): Promise<TcpRelay> {
  const sockets = new Set<Socket>();
  let attempts = 0;
  let isSilent = false;
  const server = createServer((near) => {
    attempts++;
    near.on('error', () => {});
    if (attempts <= refusals) return void near.resetAndDestroy();
    sockets.add(near);
    near.on('close', () => sockets.delete(near));
    if (isSilent) return;
    const far = connect({ host: target.host, port: target.port, noDelay: true });
    far.on('error', () => near.destroy());
    near.pipe(far);
    far.pipe(near);
    sockets.add(far);
    far.on('close', () => sockets.delete(far));
  }).listen(0, host);
  await once(server, 'listening');
  return {
    host,
    port: (server.address() as AddressInfo).port,
    get attempts() {
      return attempts;
    },
    silence: () => {
      isSilent = true;
      for (const socket of sockets) socket.unpipe().pause();
    },
    restore: () => {
      isSilent = false;
      for (const socket of sockets) socket.resetAndDestroy();
    },
    reset: () => {
      for (const socket of sockets) socket.resetAndDestroy();
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
