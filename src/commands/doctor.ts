/** `maand doctor`: checks in advance everything that a deploy needs. Takes no lock and writes nothing. */
import { dirname, join } from 'node:path';
import { mapLimit } from '../base/concurrency.ts';
import { Failure } from '../base/failure.ts';
import { NO_CONTINUITY } from '../build/no-continuity.ts';
import { resolveCatalog } from '../build/resolve-catalog.ts';
import { addressOf } from '../catalog/address.ts';
import { checksOf, type DoctorCheck } from '../doctor/check.ts';
import { checkHookTools, checkKeyFiles, checkRsync, checkStateFolder } from '../doctor/machine-checks.ts';
import { checksOfState } from '../doctor/state-checks.ts';
import { checkWorker } from '../doctor/worker-checks.ts';
import { plain, table } from '../report/markdown/markdown-parts.ts';
import { tableText } from '../report/table.ts';
import type { Request } from '../request/request.ts';
import type { CommandCall } from '../session/command-call.ts';
import { type CommandResult, resultOf, type Shown } from '../session/face.ts';
import { locateBucket, openWorkspace } from '../session/open-bucket.ts';
import { inspectState } from '../session/state-store.ts';
import { openKeys, stateKeyFile } from '../session/which-state/state-key.ts';
import { isOnWorkers, stateLocation } from '../session/which-state/state-location.ts';
import { type ReadBucket, spellHosts } from '../session/with-bucket.ts';
import { blankDocument } from '../state/first-document.ts';
import { openHashKey } from '../state/hash-key.ts';
import { boxOf } from '../state/keys.ts';
import { Ledger } from '../state/ledger.ts';
import type { StatePicture } from '../state/picture.ts';
import type { Workspace } from '../workspace/types.ts';

export async function doctor(call: CommandCall): Promise<CommandResult> {
  const { request, face } = call;
  const bucketDir = await locateBucket(call);
  const workspace = await tried(() => openWorkspace(bucketDir, call));
  if (workspace instanceof Failure) return toResult([await checkRsync(face), describeWorkspace(workspace)]);
  const bucket = { ...call, request: spellHosts(request, workspace), workspace };
  requireWorkers(bucket.request, workspace);
  const [machine, others] = await Promise.all([checkMachine(bucket), checkReach(bucket)]);
  return toResult([...machine, ...others]);
}

function requireWorkers({ filters }: Request, { workers }: Workspace): void {
  const unknown = filters.workers.filter((wanted) => !workers.some(({ host }) => host === wanted));
  if (unknown.length > 0) throw new Failure(`workers not in this bucket: ${unknown.join(', ')}`, { exitCode: 2 });
}

/**
 * Returns the result of `work`. A thrown `Failure` is returned as a value, for a row of the report. Any other error is a bug
 * and is thrown.
 */
async function tried<T>(work: () => Promise<T> | T): Promise<T | Failure> {
  try {
    return await work();
  } catch (thrown) {
    if (thrown instanceof Failure) return thrown;
    throw thrown;
  }
}

function failedCheck(subject: string, check: string, { message, hint, see }: Failure): DoctorCheck {
  const fix = hint ?? 'correct it, then run maand doctor again';
  return checksOf(subject).failed(check, message, see === undefined ? fix : `${fix}; see ${see}`);
}

function describeWorkspace(failure: Failure): DoctorCheck {
  return checksOf('bucket').failed('workspace', failure.message, 'maand validate tells every error with its line');
}

async function checkMachine({ request, face, workspace }: ReadBucket): Promise<DoctorCheck[]> {
  const { bucketDir, settings } = workspace;
  const catalog = await tried(() => resolveCatalog(workspace, NO_CONTINUITY, { ...face, warn: () => {} }));
  const sound =
    catalog instanceof Failure ? [describeWorkspace(catalog)] : [checksOf('bucket').ok('workspace', 'no errors')];
  const keyFiles = [
    ...(request.connection.privateKey === undefined ? [join(bucketDir, 'secrets', settings.sshKey)] : []),
    ...(request.state.key === undefined ? [stateKeyFile(bucketDir)] : []),
  ];
  const found = await Promise.all([
    checkRsync(face).then((check) => [check]),
    checkHookTools(face, catalog instanceof Failure ? undefined : catalog.jobs),
    checkKeyFiles(keyFiles),
  ]);
  return [...sound, ...found.flat()];
}

/**
 * Checks the key, then the state, then the workers. Without the key no worker can be reached, and the state contains the
 * pinned host keys of the workers.
 */
async function checkReach(input: ReadBucket): Promise<DoctorCheck[]> {
  const { tools, workspace } = input;
  const key = await tried(() => tools.describeSshKey(workspace));
  const keyCheck = key instanceof Failure ? failedCheck('SSH key', 'key', key) : checksOf('SSH key').ok('key', key);
  const reachable = !(key instanceof Failure);
  const { checks, picture } = await lookAtState(input, { reachable });
  return [keyCheck, ...checks, ...(await checkWorkers(input, { picture, reachable }))];
}

interface StateLook {
  readonly checks: readonly DoctorCheck[];
  readonly picture: StatePicture | undefined;
}

async function lookAtState(input: ReadBucket, { reachable }: { readonly reachable: boolean }): Promise<StateLook> {
  const onWorkers = kindOf(input) === 'workers';
  const { ok, skipped } = checksOf('state');
  const keys = await tried(() => openKeys(input));
  if (keys instanceof Failure) return { checks: [failedCheck('state', 'key', keys)], picture: undefined };
  if (onWorkers && !reachable)
    return { checks: [skipped('state', 'the workers that hold it cannot be reached')], picture: undefined };
  const picture = await tried(() => inspectState(input, keys, { purpose: 'show' }));
  if (picture instanceof Failure) return { checks: [failedCheck('state', 'state', picture)], picture: undefined };
  const { verdict, copies } = picture;
  const document = verdict.kind === 'none' ? undefined : verdict.document;
  const opened = document && (await tried(() => openHashKey(boxOf(keys), document)));
  const fits =
    opened instanceof Failure ? [failedCheck('state', 'key', opened)] : opened ? [ok('key', 'opens the state')] : [];
  const folder = onWorkers ? [] : [await checkStateFolder(dirname(copies[0]?.where ?? '.'))];
  return { checks: [...checksOfState(picture), ...fits, ...folder], picture };
}

interface Reach {
  readonly picture: StatePicture | undefined;
  readonly reachable: boolean;
}

async function checkWorkers(input: ReadBucket, { picture, reachable }: Reach): Promise<DoctorCheck[]> {
  const { request, face, tools, workspace } = input;
  const { bucketDir, settings } = workspace;
  const wanted = request.filters.workers;
  const workers = workspace.workers
    .filter(({ host }) => wanted.length === 0 || wanted.includes(host))
    .map((worker) => addressOf(worker, settings));
  if (!reachable)
    return workers.map(({ host }) => checksOf(host).skipped('connection', 'there is no SSH key to log in with'));
  const known = picture?.verdict.kind === 'proven' ? picture.verdict.document : blankDocument();
  const ledger = new Ledger(known, { nowSeconds: () => 0, save: async () => {} }); // this ledger only collects host keys
  const state = picture?.verdict.kind === 'proven' ? { document: known, kind: kindOf(input) } : undefined;
  const before = new Set(ledger.hostKeys.keys());
  await using transport = await tools.openTransport({ bucketDir, settings, ledger });
  const checks = await mapLimit(workers, settings.parallelWorkers, (worker) => {
    const address = `${worker.host}:${worker.port}`;
    const newKey = () => (before.has(address) ? undefined : ledger.hostKeys.get(address));
    return checkWorker({ transport, worker, signal: face.signal, newKey, state });
  });
  return checks.flat();
}

function kindOf(input: ReadBucket): 'file' | 'workers' {
  return isOnWorkers(stateLocation(input)) ? 'workers' : 'file';
}

function toResult(checks: readonly DoctorCheck[]): CommandResult {
  const failed = checks.some(({ outcome }) => outcome === 'failed');
  return resultOf({
    exitCode: failed ? 1 : 0,
    data: checks,
    wording: { subject: 'name', check: 'name', seen: 'text', fix: 'text' },
    show: showChecks,
  });
}

function showChecks(checks: readonly DoctorCheck[]): Shown {
  const count = (outcome: DoctorCheck['outcome']) => checks.filter((one) => one.outcome === outcome).length;
  const failures = count('failed');
  const verdict =
    failures === 0
      ? `all well${count('warning') > 0 ? `, ${count('warning')} warning(s)` : ''}`
      : `${failures} check(s) failed`;
  const rows = checks.map(({ subject, check, outcome, seen }) => [subject, check, outcome, seen]);
  const fixes = checks.flatMap(({ subject, check, fix }) =>
    fix === undefined ? [] : [`${subject}, ${check}: ${fix}\n`],
  );
  const todo = fixes.length === 0 ? '' : `\nwhat to do:\n${fixes.map((line) => `  ${line}`).join('')}`;
  const cells = checks.map(({ subject, check, outcome, seen, fix = '' }) =>
    [subject, check, outcome, seen, fix].map(plain),
  );
  return {
    json: { ok: failures === 0, checks },
    text: `${tableText(['where', 'what', '', 'seen'], rows)}${todo}\n${verdict}\n`,
    summary: `## maand doctor\n\n${table(['Where', 'What', '', 'Seen', 'Fix'], cells)}${plain(verdict)}\n`,
  };
}
