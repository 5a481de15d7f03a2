/** Opens the store of the state that the request names. */
import { join } from 'node:path';
import { addressOf } from '../catalog/address.ts';
import type { Request } from '../request/request.ts';
import type { Face } from '../session/face.ts';
import type { StoreRequest } from '../session/tools.ts';
import type { Handover } from '../state/handover.ts';
import type { StateStore } from '../state/port.ts';
import type { SnapshotWriter } from '../state/snapshot-header.ts';
import { stopFailure } from '../state/stop.ts';
import { openFileStore } from '../state-file/file-store.ts';
import type { CacheCopy } from '../state-fleet/cache-copy.ts';
import { type FleetStoreOptions, openFleetStore } from '../state-fleet/fleet-store.ts';
import { WorkerReplicas } from '../state-fleet/worker-replicas.ts';
import { markOf } from '../state-fleet/worker-script.ts';
import type { Connections } from './connections.ts';
import { openCacheCopy } from './github-cache.ts';
import { runLiveness } from './run-liveness.ts';

export interface OpenStore {
  readonly request: Request;
  readonly face: Face;
  readonly connections: Connections;
}

/** The store that the request means. */
export function openStore(opening: OpenStore, store: StoreRequest): StateStore {
  const { location } = opening.request.state;
  const { environment } = opening.request;
  const { bucketDir, name, overrides } = store;
  switch (location.kind) {
    case 'bucket':
      return openFileStore({ folder: join(bucketDir, 'data'), environment, name, overrides });
    case 'file':
      return openFileStore({ folder: location.folder, environment, name, overrides });
    case 'cache':
    case 'workers':
      return openFleetStore(fleetOptions(opening, store, location.kind));
  }
}

function fleetOptions(opening: OpenStore, store: StoreRequest, kind: 'cache' | 'workers'): FleetStoreOptions {
  const { request, face, connections } = opening;
  const { name, keys, workspace, bucketDir, overrides } = store;
  if (!workspace) {
    throw stopFailure({
      code: 'state-place',
      message: `state: ${kind} begins with the first build, not with init`,
      hint: 'run maand init without --state, then build or deploy with it',
      exitCode: 2,
    });
  }
  const { settings } = workspace;
  const { parallelWorkers } = settings;
  const transport = connections.open({ bucketDir, settings });
  const notice = (message: string) => face.emit({ type: 'noticed', level: 'info', message });
  const warn = (message: string) => face.emit({ type: 'noticed', level: 'warning', message });
  const writer = writerOf(face);
  const cache = kind === 'cache' && keys.length > 0 ? openCache({ face, name, keys, writer, notice }) : undefined;
  const reachable = canReach(opening, store, cache);
  const search = {
    name,
    keys,
    workers: reachable ? workspace.workers.map((worker) => addressOf(worker, settings)) : [],
    initialize: request.state.initialize,
    cache,
    replicas: new WorkerReplicas({ transport, mark: markOf(name), parallelWorkers }),
    onCached: ({ hostKeys }: { readonly hostKeys: Readonly<Record<string, string>> }) =>
      connections.pin(Object.entries(hostKeys)),
    ...(overrides ? { overrides } : {}),
    order: request.connection.hostKeyPolicy === 'accept-new' ? ('cache first' as const) : ('side by side' as const),
  };
  if (!reachable) notice('no SSH key: the workers are not asked, and the state in the cache is taken for the newest');
  const { sshKey, sshProxyJump } = settings;
  const onHandover = (handover: Handover) =>
    face.onHandover({
      ...handover,
      bucketDir,
      settings: { sshKey, sshProxyJump, parallelWorkers },
      hostKeys: connections.pins,
    });
  const isGone = runLiveness({ identity: face.identity, token: request.githubToken });
  return { search, writer, parallelWorkers, isGone, notice, warn, onHandover };
}

/** A plan in a pull request often has no SSH key: then the cache alone has to do. */
function canReach({ request, face }: OpenStore, { purpose }: StoreRequest, cache: CacheCopy | undefined): boolean {
  const keyless = face.disk === 'lost' && request.connection.privateKey === undefined;
  return !(keyless && purpose === 'read' && cache !== undefined);
}

interface CacheOpening {
  readonly face: Face;
  readonly name: string;
  readonly keys: readonly Buffer[];
  readonly writer: SnapshotWriter;
  readonly notice: (message: string) => void;
}

function openCache({ face, name, keys, writer, notice }: CacheOpening): CacheCopy | undefined {
  const opened = openCacheCopy({ env: face.env, server: face.identity.server, name, keys, writer });
  if (!('kind' in opened)) return opened;
  notice(`the state is kept on the workers alone: ${opened.reason}`);
  return undefined;
}

function writerOf({ identity: { runId, attempt, sha, ref, actor } }: Face): SnapshotWriter {
  return { runId, attempt, sha, ref, actor };
}
