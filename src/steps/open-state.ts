/** State for the length of a command: with the lock and saved, or read only. */
import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { readSmallFile } from '../base/small-file.ts';
import { createSecretBox, type SecretBox, SecretError } from '../kv/secrets.ts';
import type { Request } from '../request/request.ts';
import type { StateDocument } from '../state/document.ts';
import { deriveKey, parseStateKeys } from '../state/keys.ts';
import { Ledger } from '../state/ledger.ts';
import type { LockOwner, Overrides, StateStore, WorkerGuard } from '../state/port.ts';
import { type StopFailure, stopFailure } from '../state/stop.ts';
import type { Workspace } from '../workspace/types.ts';
import type { Face } from './face.ts';
import type { OpenState, Tools } from './tools.ts';

export interface StateInput {
  readonly request: Request;
  readonly face: Face;
  readonly tools: Tools;
  readonly workspace: Workspace;
}

const nowSeconds = (): number => Math.floor(Date.now() / 1000);

/** Takes the lock, loads (or begins) the state, runs `work`, releases the lock. */
export async function withState<T>(input: StateInput, work: (state: OpenState) => Promise<T>): Promise<T> {
  const keys = await openKeys(input);
  const box = boxOf(keys);
  const store = openStore(input, keys, 'change');
  await using _lock = await store.lock(ownerOf(input), input.request.state.lockWaitMs, input.face.signal);
  const document = (await loadDocument(store, input)) ?? firstDocument(input, box);
  const ledger = new Ledger(document, { nowSeconds, save: (next) => store.save(next) });
  input.tools.pinHostKeys(ledger);
  return await work({ ...openState(ledger, box, document), guard: store.guard() }); // the lock is held until it is done
}

/** The state as it is, without the lock; nothing can be saved. */
export async function readState(input: StateInput): Promise<OpenState> {
  const keys = await openKeys(input);
  const box = boxOf(keys);
  const document = (await loadDocument(openStore(input, keys, 'read'), input)) ?? firstDocument(input, box);
  return openState(readOnlyLedger(document, input.request), box, document);
}

/** As if there had never been a state. Nothing can be saved. */
function noState(request: Request): OpenState {
  const box = createSecretBox([randomBytes(32)]);
  const document = blankDocument(box);
  return { ...openState(readOnlyLedger(document, request), box, document), label: 'none' };
}

/** Without a key, what only looks ahead answers as if there were no state (contract §2). */
export async function stateForPlan(input: StateInput): Promise<OpenState> {
  const { request, face } = input;
  const keyless = face.name === 'action' && request.state.key === undefined;
  if (!keyless) return readState(input);
  face.emit({
    type: 'noticed',
    level: 'warning',
    message: 'no state-key: the plan is made as if nothing had been deployed yet',
  });
  return noState(request);
}

/** A document that stands for none. */
export function blankDocument(box: SecretBox = createSecretBox([randomBytes(32)])): StateDocument {
  return { ...newDocument('', box, '00000000000000000000000000000000'), bucketId: NO_BUCKET };
}

const NO_BUCKET = '00000000-0000-0000-0000-000000000000';

/** What hooks write in a rehearsal lives as long as it does; elsewhere a write that cannot be kept is refused. */
function readOnlyLedger(document: StateDocument, { flags }: Request): Ledger {
  const save = flags.withHooks
    ? () => Promise.resolve()
    : () => Promise.reject(new Error('this command takes no lock and saves nothing, so nothing can be written in it'));
  return new Ledger(document, { nowSeconds, save });
}

/** Who changes no worker needs none. */
const NO_GUARD: WorkerGuard = { line: () => undefined, forget: () => undefined };

function openState(ledger: Ledger, box: SecretBox, document: StateDocument): OpenState {
  const label = document.serial === 0 ? 'none' : `serial ${document.serial}`;
  return { ledger, box, label, hashKey: openHashKey(box, document), guard: NO_GUARD };
}

/** The first thing that the key has to open: says whether it is the right one. */
export function openHashKey(box: SecretBox, document: StateDocument): Buffer {
  try {
    return Buffer.from(box.open(document.hashKey), 'hex');
  } catch (thrown) {
    if (!(thrown instanceof SecretError)) throw thrown;
    throw stopFailure({
      code: 'state-other-key',
      message: `the state of "${document.name}" (serial ${document.serial}) is sealed with another state-key`,
      hint: 'give the key that it was made with; older keys may follow the current one, a line each',
      cause: thrown,
    });
  }
}

/** A document for a bucket that has no state yet; not saved. */
export function newDocument(name: string, box: SecretBox, hashKey = randomBytes(32).toString('hex')): StateDocument {
  return {
    format: 1,
    name,
    bucketId: randomUUID(),
    serial: 0,
    updateSeq: 0,
    builtDigest: '',
    hashKey: box.seal(hashKey),
    workers: {},
    ports: {},
    allocations: [],
    trees: {},
    postDeployPending: [],
    hostKeys: {},
    kv: {},
  };
}

export async function loadDocument(
  store: StateStore,
  { face }: Pick<StateInput, 'face'>,
): Promise<StateDocument | undefined> {
  const loaded = await store.load(face.signal);
  return loaded.kind === 'found' ? loaded.document : undefined;
}

function firstDocument({ request, workspace, face }: StateInput, box: SecretBox): StateDocument {
  if (request.state.location.kind === 'bucket') throw notInitialized();
  if (request.state.initialize === 'never') {
    throw stopFailure({
      code: 'state-missing',
      message: 'there is no state of this bucket, and initialize is "never"',
      hint: 'check that the state location is the right one; for a first run use initialize: auto',
    });
  }
  return newDocument(stateName(request, workspace, face.env), box);
}

function notInitialized(): StopFailure {
  return stopFailure({
    code: 'state-missing',
    message: 'maand is not initialized: there is no state of this bucket',
    hint: 'run maand init, unless this bucket was deployed before: then find its state',
    exitCode: 2,
  });
}

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
    name: stateName(request, workspace, face.env),
    keys,
    workspace,
    purpose,
    overrides,
  });
}

/** Names the state wherever the repository moves (contract §7). */
export function stateName(
  { environment }: Pick<Request, 'environment'>,
  { settings, bucketPath }: Pick<Workspace, 'settings' | 'bucketPath'>,
  env: Face['env'],
): string {
  const repository = env.GITHUB_REPOSITORY ?? 'local';
  const name = settings.stateName !== '' ? settings.stateName : [repository, bucketPath].filter(Boolean).join('/');
  return `${name}/${environment}`;
}

/** The key file of a bucket on a laptop. */
export function stateKeyFile(bucketDir: string): string {
  return join(bucketDir, 'secrets', 'state.key');
}

/** Throws a `Failure` (2) when there is none, or one that is none. */
export async function openKeys(input: StateInput): Promise<readonly Buffer[]> {
  const { request, workspace, face } = input;
  const { text, source } = await readKey(request, workspace.bucketDir, face).catch(async (thrown: unknown) => {
    const inBucket = request.state.location.kind === 'bucket';
    // where init never ran, "the key is missing" would send people looking for it
    if (inBucket && !(await loadDocument(openStore(input, [], 'read'), input))) throw notInitialized();
    throw thrown;
  });
  face.masker.add(text);
  return parseStateKeys(text, source);
}

/** Seals KV secrets; a child key of every state key. */
export function boxOf(keys: readonly Buffer[]): SecretBox {
  return createSecretBox(keys.map((key) => deriveKey(key, 'kv secrets')));
}

/** Undefined: there is no such file. Throws a `Failure` (2). */
export async function readStateKeyFile(path: string): Promise<string | undefined> {
  return readSmallFile(path).catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code === 'ENOENT') return undefined;
    throw stopFailure({
      code: 'state-key',
      message: `cannot read the state key ${path}: ${thrown.message}`,
      hint: 'it is a file with one key a line, readable by the user of this process',
      exitCode: 2,
      cause: thrown,
    });
  });
}

async function readKey(
  { state, command }: Request,
  bucketDir: string,
  face: Face,
): Promise<{ text: string; source: string }> {
  const given = face.name === 'action' ? 'input state-key' : 'MAAND_STATE_KEY';
  if (state.key !== undefined) return { text: state.key, source: given };
  const path = stateKeyFile(bucketDir);
  const text = await readStateKeyFile(path);
  if (text !== undefined) return { text, source: path };
  if (face.name === 'action') throw keyless(command);
  throw stopFailure({
    code: 'state-key',
    message: `there is no state key: ${path} does not exist`,
    hint: 'put it back (a new bucket gets one from maand init), or set MAAND_STATE_KEY',
    exitCode: 2,
  });
}

/** GitHub gives no secrets to pull requests from forks: there this is what people see. */
function keyless(command: string): StopFailure {
  return stopFailure({
    code: 'state-key',
    message: `${command} needs the input state-key, and it is empty`,
    hint: 'give it from a secret; runs that get no secrets, as pull requests from forks, can plan and validate',
    exitCode: 2,
  });
}

/** How this run is named in locks and records. */
export function ownerOf({ request, face }: StateInput): LockOwner {
  const { env } = face;
  const url =
    env.GITHUB_RUN_ID === undefined
      ? ''
      : `${env.GITHUB_SERVER_URL}/${env.GITHUB_REPOSITORY}/actions/runs/${env.GITHUB_RUN_ID}`;
  return {
    runId: env.GITHUB_RUN_ID ?? String(process.pid),
    command: [request.command, ...request.operands].join(' '),
    actor: env.GITHUB_ACTOR ?? env.USER ?? 'unknown',
    url,
    at: new Date().toISOString(),
  };
}
