/** Opens a transport at its first use. */
import type { Transport } from './port.ts';

/**
 * Returns a transport that opens the real transport at its first use. A run that uses no worker then needs no key and
 * does not load the SSH library.
 */
export function lazyTransport(open: () => Promise<Transport>): Transport {
  let opened: Promise<Transport> | undefined;
  let handshakes = () => 0;
  let forget = (_after: 'phase' | 'hook'): void => {};
  const use = async (): Promise<Transport> => {
    opened ??= open();
    const transport = await opened;
    handshakes = () => transport.handshakes;
    forget = (after) => transport.forget(after);
    return transport;
  };
  return {
    get handshakes() {
      return handshakes();
    },
    connect: async (worker, signal) => (await use()).connect(worker, signal),
    exec: async (worker, command, signal) => (await use()).exec(worker, command, signal),
    deliver: async (worker, delivery, signal) => (await use()).deliver(worker, delivery, signal),
    forget: (after) => forget(after),
    [Symbol.asyncDispose]: async () => {
      const transport = await opened?.catch(() => undefined); // the first use already reported why it did not open
      await transport?.[Symbol.asyncDispose]();
    },
  };
}
