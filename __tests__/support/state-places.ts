/**
 * Opens every kind of place that can keep a state, for as many runs as a test needs. Files and shells are real; folders stand
 * for workers.
 */
import { join } from 'node:path';
import type { StateInspector, StateStore } from '../../src/state/port.ts';
import { openFileInspector } from '../../src/state-file/file-inspection.ts';
import { openFileStore } from '../../src/state-file/file-store.ts';
import { openFleetInspector } from '../../src/state-fleet/fleet-inspection.ts';
import { openFleetStore } from '../../src/state-fleet/fleet-store.ts';
import { HolderCopies } from '../../src/state-fleet/holders/holder-copies.ts';
import { markOf } from '../../src/state-fleet/worker-script.ts';
import { CacheEntries } from './cache-entries.ts';
import { openLocalTransport } from './local-transport.ts';
import { openMemoryCache } from './memory-cache.ts';
import { LIVES, RunFate } from './run-fate.ts';

export const PLACE_NAME = 'shop/production';
export const PLACE_KEYS = [Buffer.alloc(32, 7)];

/** The state as one run opens it. */
export interface OpenPlace {
  readonly store: StateStore;
  readonly inspector: StateInspector;
}

export interface Place {
  /** Roots of the workers that keep the state. The list is empty for a state in a file. */
  readonly roots: readonly string[];
  readonly open: (runId: string) => OpenPlace;
}

export interface PlaceKind {
  readonly kind: string;
  readonly at: (folder: string) => Place;
}

export const PLACE_KINDS: readonly PlaceKind[] = [
  { kind: 'a file', at: filePlace },
  { kind: 'one worker', at: (folder) => fleetPlace(folder, ['w1']) },
  { kind: 'three workers', at: (folder) => fleetPlace(folder, ['w1', 'w2', 'w3']) },
  {
    kind: 'two workers and a cache',
    at: (folder) => fleetPlace(folder, ['w1', 'w2'], new CacheEntries(Number.POSITIVE_INFINITY)),
  },
];

function filePlace(folder: string): Place {
  const options = { folder, environment: 'production', name: PLACE_NAME };
  return { roots: [], open: () => ({ store: openFileStore(options), inspector: openFileInspector(options) }) };
}

function fleetPlace(folder: string, hosts: readonly string[], entries?: CacheEntries): Place {
  const workers = hosts.map((host) => {
    return { host, port: 22, user: 'u', root: join(folder, host), useSudo: false, hostKey: undefined };
  });
  const open = (runId: string): OpenPlace => {
    const fate = new RunFate(LIVES);
    const transport = openLocalTransport({ fate, down: new Set(), env: {} });
    const cached = { fate, name: PLACE_NAME, keys: PLACE_KEYS, ref: 'refs/heads/main', runId, mood: 'well' } as const;
    const search = {
      name: PLACE_NAME,
      keys: PLACE_KEYS,
      workers,
      initialize: 'auto',
      cache: entries && openMemoryCache({ ...cached, entries }),
      copies: new HolderCopies({ transport, mark: markOf(PLACE_NAME), parallelWorkers: 8 }),
      onCached: () => {},
      order: 'side by side',
    } as const;
    const store = openFleetStore({
      search,
      writer: { runId, attempt: 1, sha: '', ref: 'refs/heads/main', actor: 'ann' },
      parallelWorkers: 8,
      isGone: async () => false,
      notice: () => {},
      warn: () => {},
      onHandover: async () => {},
    });
    return { store, inspector: openFleetInspector(search) };
  };
  return { roots: workers.map(({ root }) => root), open };
}
