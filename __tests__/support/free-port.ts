import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/** A TCP port of `host` that was free a moment ago. */
export async function freePort(host: string): Promise<number> {
  const probe = createServer().listen(0, host);
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

let handedOut = 0;

/** A loopback address that no other test file in work uses: the process id picks the range. */
export function ownLoopbackAddress(): string {
  const pid = process.pid;
  handedOut++;
  if (handedOut > 250) throw new Error('this process has used up its loopback addresses');
  return `127.${64 + ((pid >> 8) & 127)}.${pid & 255}.${handedOut + 1}`;
}
