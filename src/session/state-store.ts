/** Opens the state of this bucket under its name, for reading, changing or inspecting. */
import type { Request } from '../request/request.ts';
import type { RunIdentity } from '../request/run-identity.ts';
import type { StateDocument } from '../state/document.ts';
import type { Overrides } from '../state/overrides.ts';
import type { HeldState, LockOwner, StateInspector, StateLoad, StateReader, StateStore } from '../state/port.ts';
import { type StopFailure, stopFailure } from '../state/stop.ts';
import type { Workspace } from '../workspace/types.ts';
import type { InspectorRequest, ReaderRequest } from './tools.ts';
import type { ReadBucket } from './with-bucket.ts';

export function openReader(input: ReadBucket, keys: readonly Buffer[]): StateReader {
  return input.tools.openStateReader(placeOf(input, keys));
}

export function openStore(input: ReadBucket, keys: readonly Buffer[], overrides?: Overrides): StateStore {
  return input.tools.openStateStore({ ...placeOf(input, keys), overrides });
}

export function openInspector(
  input: ReadBucket,
  keys: readonly Buffer[],
  asked: Pick<InspectorRequest, 'purpose' | 'overrides'>,
): StateInspector {
  return input.tools.openStateInspector({ ...placeOf(input, keys), ...asked });
}

/** Takes the lock of the state for this run. */
export function lockState(input: ReadBucket, store: StateStore): Promise<HeldState> {
  return store.lock(ownerOf(input), input.request.state.lockWaitMs, input.face.signal);
}

function placeOf({ request, workspace, face }: ReadBucket, keys: readonly Buffer[]): ReaderRequest {
  return { bucketDir: workspace.bucketDir, name: stateName(request, workspace, face.identity), keys, workspace };
}

/**
 * Returns the name of the state: `state_name` of maand.conf, or else repository and path of the bucket. The environment
 * is added at the end.
 */
export function stateName(
  { environment }: Pick<Request, 'environment'>,
  { settings, bucketPath }: Pick<Workspace, 'settings' | 'bucketPath'>,
  { repository }: Pick<RunIdentity, 'repository'>,
): string {
  const name =
    settings.stateName !== '' ? settings.stateName : [repository || 'local', bucketPath].filter(Boolean).join('/');
  return `${name}/${environment}`;
}

/** Returns whether a state was ever saved. Needs no key. */
export async function hasState(input: ReadBucket): Promise<boolean> {
  return (await readDocument(input, [])) !== undefined;
}

/** Reads the newest state without its lock. Returns `undefined` when there is no state. */
export async function readDocument(input: ReadBucket, keys: readonly Buffer[]): Promise<StateDocument | undefined> {
  return documentIn(await openReader(input, keys).load(input.face.signal));
}

export function documentIn(loaded: StateLoad): StateDocument | undefined {
  return loaded.kind === 'found' ? loaded.document : undefined;
}

/** Returns the failure for a bucket without a state: `maand init` never ran, or the state was lost. */
export function notInitialized(): StopFailure {
  return stopFailure({
    code: 'state-missing',
    message: 'maand is not initialized: there is no state of this bucket',
    hint: 'run maand init, unless this bucket was deployed before: then find its state',
    exitCode: 2,
  });
}

/** Returns the values that identify this run in locks and records. */
export function ownerOf({ request, face }: Pick<ReadBucket, 'request' | 'face'>): LockOwner {
  const { runId, attempt, actor, url } = face.identity;
  const command = [request.command, ...request.operands].join(' ');
  return { runId, attempt, command, actor, url, at: new Date().toISOString() };
}
