/** The store that holds this bucket's state, under its name, for whoever this run is. */
import type { Request } from '../request/request.ts';
import type { RunIdentity } from '../request/run-identity.ts';
import type { StateDocument } from '../state/document.ts';
import type { LockOwner, Overrides, StateStore } from '../state/port.ts';
import { type StopFailure, stopFailure } from '../state/stop.ts';
import type { Workspace } from '../workspace/types.ts';
import type { ReadBucket } from './with-bucket.ts';

export type StateInput = ReadBucket;

/** The store of this bucket's state, with what an operator overrides. */
export function openStore(
  input: StateInput,
  keys: readonly Buffer[],
  purpose: 'read' | 'change',
  overrides?: Overrides,
): StateStore {
  const { tools, request, workspace, face } = input;
  const { bucketDir } = workspace;
  return tools.openStore({
    bucketDir,
    name: stateName(request, workspace, face.identity),
    keys,
    workspace,
    purpose,
    overrides,
  });
}

/** The name of a state: `state_name` of maand.conf, else repository and path of the bucket; with the environment behind it. */
export function stateName(
  { environment }: Pick<Request, 'environment'>,
  { settings, bucketPath }: Pick<Workspace, 'settings' | 'bucketPath'>,
  { repository }: Pick<RunIdentity, 'repository'>,
): string {
  const name =
    settings.stateName !== '' ? settings.stateName : [repository || 'local', bucketPath].filter(Boolean).join('/');
  return `${name}/${environment}`;
}

/** Whether anything was ever saved; asked without a key. */
export async function hasState(input: StateInput): Promise<boolean> {
  return (await loadDocument(openStore(input, [], 'read'), input)) !== undefined;
}

export async function loadDocument(
  store: StateStore,
  { face }: Pick<StateInput, 'face'>,
): Promise<StateDocument | undefined> {
  const loaded = await store.load(face.signal);
  return loaded.kind === 'found' ? loaded.document : undefined;
}

/** Nothing was ever saved here: `maand init` never ran, or its state was lost. */
export function notInitialized(): StopFailure {
  return stopFailure({
    code: 'state-missing',
    message: 'maand is not initialized: there is no state of this bucket',
    hint: 'run maand init, unless this bucket was deployed before: then find its state',
    exitCode: 2,
  });
}

/** How this run is named in locks and records. */
export function ownerOf({ request, face }: Pick<StateInput, 'request' | 'face'>): LockOwner {
  const { runId, actor, url } = face.identity;
  const command = [request.command, ...request.operands].join(' ');
  return { runId, command, actor, url, at: new Date().toISOString() };
}
