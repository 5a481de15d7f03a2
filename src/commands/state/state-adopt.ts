/** `maand state adopt [BUCKET-ID]`: takes over what is deployed on the workers of a bucket that has no state. Starts and stops nothing. */
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Adoption, adoptedDocument, type WorkerFinding } from '../../adopt/adopted-document.ts';
import { type Boxes, type Imported, parseImported, withImported } from '../../adopt/imported.ts';
import { type Asking, listBuckets, readTrees } from '../../adopt/read-bucket.ts';
import type { DeployedBucket, Listing } from '../../adopt/read-listing.ts';
import type { TreesInput } from '../../adopt/read-trees.ts';
import { messageOf } from '../../base/failure.ts';
import { addressOf } from '../../catalog/address.ts';
import { createSecretBox } from '../../kv/secrets.ts';
import { tableText } from '../../report/table.ts';
import type { CommandResult } from '../../session/face.ts';
import { openKeys } from '../../session/state-key.ts';
import { openStore, ownerOf, type StateInput, stateName } from '../../session/state-store.ts';
import { outputPath } from '../../stage/tree.ts';
import type { RepairRecord, StateDocument } from '../../state/document.ts';
import { newDocument } from '../../state/first-document.ts';
import { openHashKey } from '../../state/hash-key.ts';
import { boxOf } from '../../state/keys.ts';
import { Ledger } from '../../state/ledger.ts';
import type { LockOwner, StateStore } from '../../state/port.ts';
import { type StopFailure, stopFailure } from '../../state/stop.ts';
import type { Workspace } from '../../workspace/types.ts';

const KV_KEY_BYTES = 32;

export async function adoptState(input: StateInput, bucketId: string | undefined): Promise<CommandResult> {
  const { face, request } = input;
  const keys = await openKeys(input);
  const boxes: Boxes = { own: boxOf(keys), foreign: await foreignBox(input) };
  const imported = await readImported(input);
  const owner = ownerOf(input);
  const store = openStore(input, keys, 'change', { adopt: true });
  await using _lock = await store.lock(owner, request.state.lockWaitMs, face.signal);
  const base = await blankDocument({ input, store, boxes, imported });
  const found = await findBucket(input, base, { bucketId, key: openHashKey(boxes.own, base) });
  const versions = new Map(input.workspace.jobs.map(({ name, version }) => [name, version || undefined]));
  const adopted = adoptedDocument(found.base, { ...found, versionOf: (job) => versions.get(job) });
  const document = { ...adopted, serial: base.serial + 1, repairs: [recordOf(owner, found)] };
  await store.save(document);
  return toResult(document, found, input);
}

interface Blank {
  readonly input: StateInput;
  readonly store: StateStore;
  readonly boxes: Boxes;
  readonly imported: Imported | undefined;
}

/** A state that has never deployed anything, as `maand init` makes it, gives way; any other stays. */
async function blankDocument({ input, store, boxes, imported }: Blank): Promise<StateDocument> {
  const { request, workspace, face } = input;
  const loaded = await store.load(face.signal);
  const base =
    loaded.kind === 'found' ? loaded.document : newDocument(stateName(request, workspace, face.identity), boxes.own);
  const { serial, updateSeq, allocations } = base;
  if (updateSeq > 0 || allocations.some(({ promoted, applied, delivered }) => promoted ?? applied ?? delivered)) {
    throw stopFailure({
      code: 'state-not-adopted',
      message: `this bucket has a state already (serial ${serial}): there is nothing to adopt`,
      hint: 'maand state show tells what it is; maand state recover is for one that cannot be proven',
    });
  }
  const blank = { ...base, allocations: [], trees: {}, workers: {} };
  if (!imported) return blank;
  try {
    return withImported(blank, imported, boxes, Math.floor(Date.now() / 1000));
  } catch (thrown) {
    throw importFailure(input, thrown);
  }
}

interface FoundBucket extends Adoption {
  readonly base: StateDocument;
  readonly layout: DeployedBucket['layout'];
}

interface Wanted {
  readonly bucketId: string | undefined;
  readonly key: Buffer;
}

async function findBucket(
  input: StateInput,
  base: StateDocument,
  wanted: Wanted,
): Promise<Omit<FoundBucket, 'versionOf'>> {
  const { tools, workspace, face } = input;
  const { bucketDir, settings } = workspace;
  const ledger = new Ledger(base, { nowSeconds: () => 0, save: async () => {} }); // only to learn host keys
  await using transport = await tools.openTransport({ bucketDir, settings, ledger });
  const asking: Asking = { transport, parallelWorkers: settings.parallelWorkers, signal: face.signal };
  const workers = workspace.workers.map((worker) => addressOf(worker, settings));
  const listings = await listBuckets(asking, workers);
  const bucketId = chooseBucket(listings, base.name, wanted.bucketId);
  const holders = workers.flatMap((worker, at) => {
    const bucket = listings[at]?.buckets.find(({ id }) => id === bucketId);
    return bucket ? [{ worker, bucket }] : [];
  });
  const layout = holders.some(({ bucket }) => bucket.layout === 'other') ? 'other' : 'ours';
  const modeOf = modesFor(layout, workspace);
  const inputOf = (): TreesInput => ({ key: wanted.key, modeOf });
  const trees = await readTrees(
    asking,
    holders.map(({ worker }) => worker),
    { id: bucketId, inputOf },
  );
  const findings = holders.map(
    ({ worker: { host, hostKey, ...address }, bucket }, at): WorkerFinding => ({
      host,
      address: { ...address, ...(hostKey === undefined ? {} : { hostKey }) },
      bucket,
      trees: trees[at] ?? new Map(),
    }),
  );
  return { base: { ...base, hostKeys: Object.fromEntries(ledger.hostKeys) }, bucketId, findings, layout };
}

/** The maand CLI makes every file executable: there the workspace says which mode was meant. */
function modesFor(layout: DeployedBucket['layout'], { jobs }: Workspace): TreesInput['modeOf'] {
  if (layout === 'ours') return ({ mode }) => mode;
  const executable = new Map(
    jobs.flatMap(({ name, files }) =>
      files.map(({ path, executable: isSo }) => [`${name}/${outputPath({ path })}`, isSo ? 0o755 : 0o644] as const),
    ),
  );
  return ({ job, path, mode }) => executable.get(`${job}/${path}`) ?? mode;
}

function chooseBucket(listings: readonly Listing[], name: string, wanted: string | undefined): string {
  const marks = new Map(listings.flatMap((listing) => [...listing.marks]));
  const belongsElsewhere = (id: string) => (marks.get(id) ?? name) !== name;
  const ids = [...new Set(listings.flatMap(({ buckets }) => buckets.map(({ id }) => id)))].sort();
  const free = ids.filter((id) => !belongsElsewhere(id));
  if (wanted !== undefined && belongsElsewhere(wanted)) {
    throw stopFailure({
      code: 'state-other-name',
      message: `bucket ${wanted} belongs to "${marks.get(wanted)}"`,
      hint: 'adopt it from there',
    });
  }
  const [only] = wanted === undefined ? free : free.filter((id) => id === wanted);
  if (only === undefined) {
    const what = wanted === undefined ? 'no bucket is' : `bucket ${wanted} is not`;
    throw stopFailure({
      code: 'state-not-adopted',
      message: `${what} deployed on the workers of this bucket`,
      hint:
        free.length > 0 ? `there are: ${free.join(', ')}` : 'check worker_root in maand.conf and root in workers.json',
      exitCode: 2,
    });
  }
  if (wanted !== undefined || free.length === 1) return only;
  throw stopFailure({
    code: 'state-not-adopted',
    message: `several buckets are deployed there: ${free.join(', ')}`,
    hint: 'name the one that is meant: maand state adopt BUCKET-ID',
    exitCode: 2,
  });
}

function recordOf(
  { actor, runId }: LockOwner,
  { bucketId, findings }: Pick<FoundBucket, 'bucketId' | 'findings'>,
): RepairRecord {
  const hosts = findings.map(({ host }) => host).join(', ');
  return {
    at: new Date().toISOString(),
    actor,
    runId,
    what: `adopted bucket ${bucketId} from ${hosts}`,
    reason: 'state adopt',
  };
}

/** Of the maand CLI; only an import may need it. */
async function foreignBox({ workspace }: StateInput): Promise<Boxes['foreign']> {
  const key = await readFile(join(workspace.bucketDir, 'secrets', 'kv.key')).catch(() => undefined); // said when it is needed
  return key?.length === KV_KEY_BYTES ? createSecretBox([key]) : undefined;
}

async function readImported(input: StateInput): Promise<Imported | undefined> {
  const file = input.request.repair.import;
  if (file === undefined) return undefined;
  try {
    return parseImported(await readFile(resolve(input.face.workingDirectory, file), 'utf8'));
  } catch (thrown) {
    throw importFailure(input, thrown);
  }
}

function importFailure({ request }: StateInput, thrown: unknown): StopFailure {
  return stopFailure({
    code: 'state-not-adopted',
    message: `cannot import ${request.repair.import}: ${messageOf(thrown)}`,
    hint: 'correct the file, and run it again; nothing was changed',
    exitCode: 2,
    cause: thrown,
  });
}

function toResult(document: StateDocument, found: Omit<FoundBucket, 'versionOf'>, input: StateInput): CommandResult {
  const { bucketId, updateSeq, serial, allocations } = document;
  const rows = allocations.map(({ job, host, disabled, currentVersion }) => ({
    job,
    worker: host,
    disabled,
    version: currentVersion,
  }));
  const left = leftOut(found, input);
  return {
    exitCode: 0,
    json: { ok: true, bucket_id: bucketId, update_seq: updateSeq, serial, allocations: rows, not_taken_over: left },
    text: [
      `adopted bucket ${bucketId}, update ${updateSeq}: ${rows.length} allocations on ${found.findings.length} workers\n`,
      rows.length === 0
        ? ''
        : tableText(
            ['job', 'worker', 'version', ''],
            rows.map(({ job, worker, version, disabled }) => [job, worker, version, disabled ? 'disabled' : '']),
          ),
      'not taken over:\n',
      ...left.map((one) => `  ${one}\n`),
      'nothing was started or stopped; maand plan shows what a deploy would change\n',
    ].join(''),
  };
}

/** What no file on a worker tells. */
function leftOut({ findings, layout }: Omit<FoundBucket, 'versionOf'>, { workspace, request }: StateInput): string[] {
  const hasImport = request.repair.import !== undefined;
  const dynamic = workspace.jobs.flatMap(({ name, ports }) =>
    ports.filter(({ number }) => number === undefined).map((port) => `${name}.${port.name}`),
  );
  const folders = findings.flatMap(({ host, bucket, trees }) => {
    const listed = new Set(bucket.jobs.map(({ job }) => job));
    return [...trees.keys()].filter((job) => !listed.has(job)).map((job) => `${job} on ${host}`);
  });
  const missing = findings.flatMap(({ host, bucket, trees }) =>
    bucket.jobs.filter(({ job }) => !trees.has(job)).map(({ job }) => `${job} on ${host}`),
  );
  return [
    ...(hasImport || dynamic.length === 0
      ? []
      : [
          `port numbers from the pool (${dynamic.join(', ')}): they are on no worker; give them with --import, or they are assigned anew`,
        ]),
    ...(hasImport
      ? []
      : ['KV that hooks wrote, secrets, their history: they are on no worker; give them with --import']),
    'which post_deploy hooks were still to run, and the trees before these: there is nothing to roll back to',
    ...(layout === 'ours' ? [] : ['file modes: the maand CLI makes every file executable, the workspace counts']),
    ...(folders.length === 0 ? [] : [`folders of jobs that jobs.json does not list: ${folders.join(', ')}`]),
    ...(missing.length === 0
      ? []
      : [`jobs that jobs.json lists and that have no folder, a deploy starts them: ${missing.join(', ')}`]),
  ];
}
