/** Decides which store a run uses: a file in the bucket, a file elsewhere, or the workers with the Actions cache. */
import { join } from 'node:path';
import type { InspectorRequest, ReaderRequest, StoreRequest } from '../session/tools.ts';
import type { StateInspector, StateReader, StateStore } from '../state/port.ts';
import { openFileInspector } from '../state-file/file-inspection.ts';
import { type FilePlace, openFileStore } from '../state-file/file-store.ts';
import { openFleetInspector } from '../state-fleet/fleet-inspection.ts';
import { openFleetStore } from '../state-fleet/fleet-store.ts';
import { type FleetPlace, fleetOptions, fleetSearch, type StateOpening } from './fleet-options.ts';

/** Returns a store for commands that only read. */
export function readerFor(opening: StateOpening, place: ReaderRequest): StateReader {
  const chosen = choose(opening, { ...place, purpose: 'show' });
  return chosen.kind === 'file' ? openFileStore(chosen) : openFleetStore(fleetOptions(opening, chosen));
}

export function storeFor(opening: StateOpening, request: StoreRequest): StateStore {
  const chosen = choose(opening, { ...request, purpose: 'change' });
  return chosen.kind === 'file' ? openFileStore(chosen) : openFleetStore(fleetOptions(opening, chosen));
}

export function inspectorFor(opening: StateOpening, request: InspectorRequest): StateInspector {
  const chosen = choose(opening, request);
  return chosen.kind === 'file' ? openFileInspector(chosen) : openFleetInspector(fleetSearch(opening, chosen));
}

type Chosen = FleetPlace | (FilePlace & Pick<StoreRequest, 'overrides'> & { readonly kind: 'file' });

function choose({ request }: StateOpening, place: InspectorRequest): Chosen {
  const { environment } = request;
  const { bucketDir, location, name, overrides } = place;
  switch (location.kind) {
    case 'bucket':
      return { kind: 'file', folder: join(bucketDir, 'data'), environment, name, overrides };
    case 'file':
      return { kind: 'file', folder: location.folder, environment, name, overrides };
    case 'cache':
    case 'workers':
      return { ...place, kind: location.kind };
  }
}
