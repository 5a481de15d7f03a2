import type { Transport } from '../../src/transport/port.ts';
import { openSshTransport } from '../../src/transport/ssh/ssh-transport.ts';
import type { SshTransportOptions } from '../../src/transport/ssh/transport-options.ts';
import type { Farm } from './ssh-farm.ts';

/** A signal that is never aborted. */
export const NEVER = new AbortController().signal;

/** Returns a transport that can log in to the workers of a farm. `overrides` take precedence. */
export function farmTransport(farm: Farm, overrides: Partial<SshTransportOptions> = {}): Transport {
  return openSshTransport({
    privateKey: { text: farm.privateKey, source: 'the farm' },
    knownHosts: [{ source: 'workspace/known_hosts', text: farm.knownHosts }],
    hostKeyPolicy: 'strict',
    ...overrides,
  });
}
