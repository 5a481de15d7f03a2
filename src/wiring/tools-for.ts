/** Connects the implementations of one run to the interfaces that commands use. */
import type { Tools } from '../session/tools.ts';
import type { StateOpening } from './fleet-options.ts';
import { inspectorFor, readerFor, storeFor } from './open-store.ts';

export function toolsFor(opening: StateOpening): Tools {
  const { connections } = opening;
  return {
    openStateReader: (place) => readerFor(opening, place),
    openStateStore: (store) => storeFor(opening, store),
    openStateInspector: (inspector) => inspectorFor(opening, inspector),
    openTransport: async (place) => {
      connections.attach(place.ledger);
      return connections.open(place);
    },
    describeSshKey: (place) => connections.describeKey(place),
    pinHostKeys: (ledger) => connections.attach(ledger),
  };
}
