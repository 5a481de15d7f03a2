/**
 * Keeps the state on the workers themselves, with a copy in the Actions cache (docs/state.md). Loading proves that no
 * copy is newer than the newest copy that was found.
 */
import type { StateStore } from '../state/port.ts';
import { findState } from './find-state/find-state.ts';
import { type FleetStoreOptions, HeldFleet, toLoad } from './held-fleet.ts';

export function openFleetStore(options: FleetStoreOptions): StateStore {
  return {
    description: 'the state on the workers',
    kind: 'workers',
    load: async (signal) => toLoad(await findState(options.search, signal)),
    lock: (owner, waitMs, signal) => HeldFleet.take(options, { owner, waitMs, signal }),
  };
}
