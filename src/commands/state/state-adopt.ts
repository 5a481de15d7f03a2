/**
 * `maand state adopt [BUCKET-ID]`: makes a state from the files deployed on the workers. It serves a bucket that has no
 * state, and it neither starts nor stops a job.
 */
import { resolve } from 'node:path';
import { adoptedDocument } from '../../adopt/adopted-document.ts';
import { adoptionRecord, blankState } from '../../adopt/blank-state.ts';
import { type FoundBucket, findDeployedBucket } from '../../adopt/find-bucket.ts';
import type { Boxes } from '../../adopt/imported.ts';
import { leftOut } from '../../adopt/left-out.ts';
import { type ImportFile, readForeignKey, readImport } from '../../adopt/read-import.ts';
import { addressOf } from '../../catalog/address.ts';
import { tableText } from '../../report/table.ts';
import { type CommandResult, resultOf } from '../../session/face.ts';
import { documentIn, lockState, openStore, ownerOf } from '../../session/state-store.ts';
import { openKeys } from '../../session/which-state/state-key.ts';
import { stateName } from '../../session/which-state/state-name.ts';
import type { ReadBucket } from '../../session/with-bucket.ts';
import type { StateDocument } from '../../state/document.ts';
import { newDocument } from '../../state/first-document.ts';
import { openHashKey } from '../../state/hash-key.ts';
import { boxOf } from '../../state/keys.ts';
import { Ledger } from '../../state/ledger.ts';
import { keepPlace, lineText, type PlaceLine } from './keep-place.ts';

export async function adoptState(input: ReadBucket, bucketId: string | undefined): Promise<CommandResult> {
  const { face, request, workspace } = input;
  const keys = await openKeys(input);
  const boxes: Boxes = { own: boxOf(keys), foreign: await readForeignKey(workspace.bucketDir) };
  const importInto = await readImport(importFile(input), boxes);
  const owner = ownerOf(input);
  await using held = await lockState(input, await openStore(input, keys, { adopt: true }));
  const known =
    documentIn(await held.load()) ?? newDocument(stateName({ request, workspace, identity: face.identity }), boxes.own);
  const base = importInto(blankState(known), Math.floor(Date.now() / 1000));
  const { found, hostKeys } = await askWorkers(input, base, { bucketId, hashKey: openHashKey(boxes.own, base) });
  const versions = new Map(workspace.jobs.map(({ name, version }) => [name, version || undefined]));
  const adopted = adoptedDocument({ ...base, hostKeys }, { ...found, versionOf: (job) => versions.get(job) });
  const document = { ...adopted, serial: base.serial + 1, repairs: [adoptionRecord(owner, found, new Date())] };
  await held.save(document);
  return toResult(document, { found, line: await keepPlace(input) }, input);
}

function importFile({ request, face }: ReadBucket): ImportFile | undefined {
  const { import: shown } = request.repair;
  return shown === undefined ? undefined : { path: resolve(face.workingDirectory, shown), shown };
}

interface Wanted {
  readonly bucketId: string | undefined;
  /** Key of the content digests. */
  readonly hashKey: Buffer;
}

/** Asks the workers. Returns the deployed files that they report, and the host keys that are known afterwards. */
async function askWorkers(
  { tools, workspace, face }: ReadBucket,
  base: StateDocument,
  { bucketId, hashKey }: Wanted,
): Promise<{ readonly found: FoundBucket; readonly hostKeys: Readonly<Record<string, string>> }> {
  const { bucketDir, settings, jobs } = workspace;
  const ledger = new Ledger(base, { nowSeconds: () => 0, save: async () => {} }); // this ledger only collects host keys
  await using transport = await tools.openTransport({ bucketDir, settings, ledger });
  const found = await findDeployedBucket({
    asking: { transport, parallelWorkers: settings.parallelWorkers, signal: face.signal },
    workers: workspace.workers.map((worker) => addressOf(worker, settings)),
    jobs,
    name: base.name,
    wanted: bucketId,
    hashKey,
  });
  return { found, hostKeys: Object.fromEntries(ledger.hostKeys) };
}

interface Adopted {
  readonly found: FoundBucket;
  readonly line: PlaceLine | undefined;
}

function toResult(document: StateDocument, { found, line }: Adopted, input: ReadBucket): CommandResult {
  const { bucketId, updateSeq, serial, allocations } = document;
  const rows = allocations.map(({ job, host, disabled, currentVersion }) => ({
    job,
    worker: host,
    disabled,
    version: currentVersion,
  }));
  const imports = input.request.repair.import === undefined ? 'none' : 'given';
  const left = leftOut(found, { jobs: input.workspace.jobs, imports });
  return resultOf({
    exitCode: 0,
    data: {
      ok: true,
      bucket_id: bucketId,
      update_seq: updateSeq,
      serial,
      allocations: rows,
      not_taken_over: left,
      ...(line && { maand_conf: line }),
    },
    wording: 'name',
    show: (json) => ({ json, text: adoptedText(json, found.findings.length) }),
  });
}

interface AdoptedJson {
  readonly bucket_id: string;
  readonly update_seq: number;
  readonly allocations: readonly {
    readonly job: string;
    readonly worker: string;
    readonly disabled: boolean;
    readonly version: string;
  }[];
  readonly not_taken_over: readonly string[];
  readonly maand_conf?: PlaceLine;
}

function adoptedText(
  {
    bucket_id: bucketId,
    update_seq: updateSeq,
    allocations: rows,
    not_taken_over: left,
    maand_conf: line,
  }: AdoptedJson,
  workerCount: number,
): string {
  return [
    `adopted bucket ${bucketId}, update ${updateSeq}: ${rows.length} allocations on ${workerCount} workers\n`,
    rows.length === 0
      ? ''
      : tableText(
          ['job', 'worker', 'version', ''],
          rows.map(({ job, worker, version, disabled }) => [job, worker, version, disabled ? 'disabled' : '']),
        ),
    'not taken over:\n',
    ...left.map((one) => `  ${one}\n`),
    'nothing was started or stopped; maand plan shows what a deploy would change\n',
    line === undefined ? '' : lineText(line),
  ].join('');
}
