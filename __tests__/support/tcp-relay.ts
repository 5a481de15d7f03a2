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
  /** Ends a silence. Earlier connections are reset, and new connections pass. */
  restore(): void;
  /** Resets every connection. */
  reset(): void;
  /** Resolves when data is held back because of `holdAfterBytes`. */
  readonly held: Promise<void>;
  /** Lets all data through from now on. */
  release(): void;
}

export interface TcpRelayOptions {
  /** Number of connections that are reset before the first byte. Default: 0. */
  readonly refusals?: number;
  /** The address of the relay. Default: a loopback address that only this relay uses. */
  readonly host?: string;
  /** Default: any free port. */
  readonly port?: number;
  /** Bytes towards the target after which the relay holds data back, for each connection. Default: no limit. */
  readonly holdAfterBytes?: number;
}

/** Starts a relay to `target`. Resolves when the relay listens. */
export async function startTcpRelay(
  target: { readonly host: string; readonly port: number },
  {
    refusals = 0,
    host = ownLoopbackAddress(),
    port = 0,
    holdAfterBytes = Number.POSITIVE_INFINITY,
  }: TcpRelayOptions = {},
): Promise<TcpRelay> {
  const sockets = new Set<Socket>();
  let attempts = 0;
  let isSilent = false;
  let mostBytes = holdAfterBytes;
  let tellHeld = (): void => {};
  const held = new Promise<void>((resolve) => {
    tellHeld = resolve;
  });
  const server = createServer((near) => {
    attempts++;
    near.on('error', () => {});
    if (attempts <= refusals) return void near.resetAndDestroy();
    sockets.add(near);
    near.on('close', () => sockets.delete(near));
    if (isSilent) return;
    const far = connect({ host: target.host, port: target.port, noDelay: true });
    far.on('error', () => near.destroy());
    let bytes = 0;
    near.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (!far.write(chunk)) near.pause();
      if (bytes <= mostBytes) return;
      near.pause();
      tellHeld();
    });
    near.on('end', () => far.end());
    near.on('error', () => far.destroy());
    far.on('drain', () => {
      if (bytes <= mostBytes && !isSilent) near.resume();
    });
    far.pipe(near);
    sockets.add(far);
    far.on('close', () => sockets.delete(far));
  }).listen(port, host);
  await once(server, 'listening');
  return {
    host,
    port: (server.address() as AddressInfo).port,
    get attempts() {
      return attempts;
    },
    held,
    release: () => {
      mostBytes = Number.POSITIVE_INFINITY;
      for (const socket of sockets) socket.resume();
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
