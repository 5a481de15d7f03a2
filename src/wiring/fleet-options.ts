/**
 * Builds the options of the store on workers: the workers to ask, the copy in the cache, and the receivers of its
 * messages.
 */
import { addressOf } from '../catalog/address.ts';
import type { Request } from '../request/request.ts';
import type { Face } from '../session/face.ts';
import type { StateWorkspace, StoreRequest } from '../session/tools.ts';
import type { Handover } from '../state/handover.ts';
import type { SnapshotWriter } from '../state/snapshot-header.ts';
import { stopFailure } from '../state/stop.ts';
import type { CacheCopy } from '../state-fleet/cache-copy.ts';
import type { Search } from '../state-fleet/find-state/search.ts';
import type { FleetStoreOptions } from '../state-fleet/held-fleet.ts';
import { HolderCopies } from '../state-fleet/holders/holder-copies.ts';
import { markOf } from '../state-fleet/worker-script.ts';
import type { Connections } from './connections.ts';
import { openCacheCopy } from './github-cache.ts';
import { runLiveness } from './run-liveness.ts';

export interface StateOpening {
  readonly request: Request;
  readonly face: Face;
  readonly connections: Connections;
}

export interface FleetPlace extends Omit<StoreRequest, 'location'> {
  readonly kind: 'cache' | 'workers';
  /** `change` when the command will change something, otherwise `show`. */
  readonly purpose: 'show' | 'change';
}

export function fleetOptions(opening: StateOpening, place: FleetPlace): FleetStoreOptions {
  const { request, face, connections } = opening;
  const { bucketDir } = place;
  const { settings } = workspaceOf(place);
  const { parallelWorkers, sshKey, sshProxyJump } = settings;
  const onHandover = (handover: Handover) =>
    face.onHandover({
      ...handover,
      bucketDir,
      settings: { sshKey, sshProxyJump, parallelWorkers },
      hostKeys: connections.pins,
    });
  return {
    search: fleetSearch(opening, place),
    writer: writerOf(face),
    parallelWorkers,
    isGone: runLiveness({ identity: face.identity, token: request.githubToken }),
    notice: noticing(face, 'info'),
    warn: noticing(face, 'warning'),
    onHandover,
  };
}

export function fleetSearch(opening: StateOpening, place: FleetPlace): Search {
  const { request, face, connections } = opening;
  const { name, keys, bucketDir, overrides } = place;
  const { settings, workers } = workspaceOf(place);
  const { parallelWorkers } = settings;
  const transport = connections.open({ bucketDir, settings });
  const cache = openCache(face, place);
  const reachable = canReach(opening, place, cache);
  if (!reachable) {
    noticing(face, 'info')('no SSH key: the workers are not asked, and the state in the cache is taken for the newest');
  }
  return {
    name,
    keys,
    workers: reachable ? workers.map((worker) => addressOf(worker, settings)) : [],
    initialize: request.state.initialize,
    cache,
    copies: new HolderCopies({ transport, mark: markOf(name), parallelWorkers }),
    onCached: ({ hostKeys }) => connections.pin(Object.entries(hostKeys)),
    ...(overrides ? { overrides } : {}),
    order: request.connection.hostKeyPolicy === 'accept-new' ? 'cache first' : 'side by side',
  };
}

/** Returns the workspace. Throws a `Failure` (exit code 2) when there is no workspace yet. */
function workspaceOf({ workspace, kind }: FleetPlace): NonNullable<StateWorkspace> {
  if (workspace) return workspace;
  throw stopFailure({
    code: 'state-place',
    message: `state: ${kind} cannot be made by init: the first build makes it`,
    hint: 'run maand init without --state, then build or deploy with it',
    exitCode: 2,
  });
}

/**
 * Returns whether the store asks the workers. A plan in a pull request often has no SSH key and then uses only the
 * cache.
 */
function canReach({ request, face }: StateOpening, { purpose }: FleetPlace, cache: CacheCopy | undefined): boolean {
  const keyless = face.disk === 'lost' && request.connection.privateKey === undefined;
  return !(keyless && purpose === 'show' && cache !== undefined);
}

function openCache(face: Face, { kind, name, keys }: FleetPlace): CacheCopy | undefined {
  if (kind !== 'cache' || keys.length === 0) return undefined;
  const opened = openCacheCopy({ env: face.env, server: face.identity.server, name, keys, writer: writerOf(face) });
  if (!('kind' in opened)) return opened;
  noticing(face, 'info')(`the state is kept on the workers alone: ${opened.reason}`);
  return undefined;
}

function noticing(face: Face, level: 'info' | 'warning'): (message: string) => void {
  return (message) => face.emit({ type: 'noticed', level, message });
}

function writerOf({ identity: { runId, attempt, sha, ref, actor } }: Face): SnapshotWriter {
  return { runId, attempt, sha, ref, actor };
}
