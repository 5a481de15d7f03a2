import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/** Returns a TCP port of `host` that is free at this moment. */
export async function freePort(host: string): Promise<number> {
  const probe = createServer().listen(0, host);
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

let handedOut = 0;

/** Returns a loopback address that no other running test file uses. The process id determines the range. */
export function ownLoopbackAddress(): string {
  const pid = process.pid;
  handedOut++;
  if (handedOut > 250) throw new Error('this process has used up its loopback addresses');
  return `127.${64 + ((pid >> 8) & 127)}.${pid & 255}.${handedOut + 1}`;
}
