/** Opens the state of this bucket under its name, for reading, changing or inspecting. */
import type { StateDocument } from '../state/document.ts';
import type { Overrides } from '../state/overrides.ts';
import type { StatePicture } from '../state/picture.ts';
import type { HeldState, LockOwner, StateInspector, StateLoad, StateReader, StateStore } from '../state/port.ts';
import { type StopFailure, stopFailure } from '../state/stop.ts';
import type { InspectorRequest, ReaderRequest } from './tools.ts';
import { refuseLostFolder, stateLocation } from './which-state/state-location.ts';
import { knownName } from './which-state/state-name.ts';
import type { ReadBucket } from './with-bucket.ts';

export async function openReader(input: ReadBucket, keys: readonly Buffer[]): Promise<StateReader> {
  return input.tools.openStateReader(await placeOf(input, keys));
}

export async function openStore(
  input: ReadBucket,
  keys: readonly Buffer[],
  overrides?: Overrides,
): Promise<StateStore> {
  return input.tools.openStateStore({ ...(await placeOf(input, keys)), overrides });
}

export async function openInspector(
  input: ReadBucket,
  keys: readonly Buffer[],
  asked: Pick<InspectorRequest, 'purpose' | 'overrides'>,
): Promise<StateInspector> {
  return input.tools.openStateInspector({ ...(await placeOf(input, keys)), ...asked });
}

/** Returns every copy of the state and its lock. Writes nothing. */
export async function inspectState(
  input: ReadBucket,
  keys: readonly Buffer[],
  asked: Pick<InspectorRequest, 'purpose' | 'overrides'>,
): Promise<StatePicture> {
  const inspector = await openInspector(input, keys, asked);
  return inspector.inspect(input.face.signal);
}

/** Takes the lock of the state for this run. */
export function lockState(input: ReadBucket, store: StateStore): Promise<HeldState> {
  return store.lock(ownerOf(input), input.request.state.lockWaitMs, input.face.signal);
}

/** Returns the place and the name of the state. Throws a `Failure` (exit code 2) when one of them cannot be used. */
async function placeOf(input: ReadBucket, keys: readonly Buffer[]): Promise<ReaderRequest> {
  const { workspace, face } = input;
  const location = stateLocation(input);
  await refuseLostFolder(location, face);
  const place = { bucketDir: workspace.bucketDir, location, keys, workspace };
  return { ...place, name: await knownName(input, place) };
}

/** Returns whether a state was ever saved. Needs no key. */
export async function hasState(input: ReadBucket): Promise<boolean> {
  return (await readDocument(input, [])) !== undefined;
}

/** Reads the newest state without its lock. Returns `undefined` when there is no state. */
export async function readDocument(input: ReadBucket, keys: readonly Buffer[]): Promise<StateDocument | undefined> {
  const reader = await openReader(input, keys);
  return documentIn(await reader.load(input.face.signal));
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
