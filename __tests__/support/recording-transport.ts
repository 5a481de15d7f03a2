/** A transport that reports every script and delivery to a test, before and after it runs. */
import type { Transport } from '../../src/transport/port.ts';

/** One script or delivery for a worker. */
export interface Carried {
  readonly host: string;
  readonly root: string;
  readonly label: string;
  /** The text that the shell of the worker reads first: the script, or the guard of a delivery. */
  readonly text: string;
}

/** Receives the work as a function and must call it. */
export type Watch = <T>(carried: Carried, work: () => Promise<T>) => Promise<T>;

export function recordingTransport(transport: Transport, watch: Watch): Transport {
  return {
    handshakes: 0,
    connect: (worker, signal) => transport.connect(worker, signal),
    exec: ({ host, root, ...worker }, command, signal) =>
      watch({ host, root, label: command.label, text: command.script }, () =>
        transport.exec({ host, root, ...worker }, command, signal),
      ),
    deliver: ({ host, root, ...worker }, delivery, signal) =>
      watch({ host, root, label: 'delivery', text: delivery.guard ?? '' }, () =>
        transport.deliver({ host, root, ...worker }, delivery, signal),
      ),
    forget: (after) => transport.forget(after),
    [Symbol.asyncDispose]: async () => {},
  };
}
