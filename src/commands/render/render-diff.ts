/**
 * Shows what changed in each file since the last promote. The list of files comes from the state. Lines of text are compared
 * when the worker still has the file.
 */
import { isUtf8 } from 'node:buffer';
import { readFile } from 'node:fs/promises';
import { Failure } from '../../base/failure.ts';
import { fsPath, isStrangeName, shownName } from '../../base/file-name.ts';
import type { Allocation } from '../../catalog/types.ts';
import { readableNamespaces, secretPlace } from '../../kv/access.ts';
import { isSealed, SecretError } from '../../kv/secrets.ts';
import { changedPaths } from '../../plan/changes.ts';
import type { FileChange, TreeDiff } from '../../report/rendered.ts';
import { jobOf, type Run } from '../../rollout/run.ts';
import { fileDigests } from '../../stage/digest.ts';
import type { StagedTree, TreeFile } from '../../stage/tree.ts';
import type { TreeFiles } from '../../state/document.ts';
import { type DeployedFile, type DeployedFiles, readDeployedFiles } from './deployed-files.ts';

export interface DiffRequest {
  readonly run: Run;
  readonly allocation: Allocation;
  readonly tree: StagedTree;
}

/** Compares the trees. It contacts the worker only when there is a file to compare. */
export async function diffSincePromote({ run, allocation, tree }: DiffRequest): Promise<TreeDiff> {
  const promoted = run.ledger.allocation(allocation.id)?.promoted;
  const after = fileDigests(tree);
  if (promoted === undefined) {
    return { since: null, files: Object.keys(after).map((path) => ({ path, change: 'added' })) };
  }
  const before = run.ledger.filesOf(promoted);
  if (before === undefined) return { since: promoted.version, files: [], note: 'what was promoted is no longer known' };
  const changes = changedPaths(before, after).map((path) => ({ path, change: changeOf(path, before, after) }));
  const deployed = await readDeployed({ run, allocation, tree }, changes);
  const since = promoted.version;
  if (deployed.kind === 'unreachable') {
    return { since, files: changes, note: `only the list of files: ${deployed.reason}` };
  }
  maskOldSecrets(run, allocation);
  const newFiles = new Map(tree.files.map((file) => [file.path, file]));
  const files = await Promise.all(
    changes.map((change) => compare(change, deployed.files.get(change.path), newFiles.get(change.path))),
  );
  return { since, files };
}

function changeOf(path: string, before: TreeFiles, after: TreeFiles): FileChange['change'] {
  if (!Object.hasOwn(before, path)) return 'added';
  return Object.hasOwn(after, path) ? 'changed' : 'removed';
}

const isFolder = (path: string): boolean => path.endsWith('/');

async function readDeployed({ run, allocation }: DiffRequest, changes: readonly FileChange[]): Promise<DeployedFiles> {
  const paths = changes.filter(({ path, change }) => change !== 'added' && !isFolder(path)).map(({ path }) => path);
  if (paths.length === 0) return { kind: 'read', files: new Map() };
  const { job, host } = allocation;
  try {
    return await readDeployedFiles({ run, job, host, paths });
  } catch (thrown) {
    // Without an SSH key, the list of files is still shown.
    if (!(thrown instanceof Failure)) throw thrown;
    return { kind: 'unreachable', reason: thrown.message };
  }
}

/**
 * Registers old secrets with the masker, because the text on the worker may contain a secret that has been replaced since.
 */
function maskOldSecrets({ ledger, box, masker, catalog }: Run, { job, host }: Allocation): void {
  const { demandedJobs } = jobOf({ catalog }, job);
  const history = ledger.kv.toHistory();
  for (const namespace of readableNamespaces({ job, host, demandedJobs })) {
    const rows = Object.entries(history[namespace] ?? {}).flatMap(([key, versions]) =>
      versions.map(({ value }) => ({ key, value })),
    );
    for (const { key, value } of rows) {
      if (!isSealed(value)) continue;
      try {
        masker.add(box.open(value), secretPlace(namespace, key));
      } catch (thrown) {
        if (!(thrown instanceof SecretError)) throw thrown; // the value was sealed with a lost key, so nobody can open or show it
      }
    }
  }
}

const PRIVATE_KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----/;

async function compare(
  change: FileChange,
  deployed: DeployedFile | undefined,
  file: TreeFile | undefined,
): Promise<FileChange> {
  const { path } = change;
  if (isFolder(path)) return change;
  if (isStrangeName(path) && change.change !== 'added')
    return { ...change, note: 'not read, because its name is not valid text' };
  if (file?.source.kind === 'sealed') return { ...change, note: 'private: not shown' };
  if (deployed?.kind === 'too-large') return { ...change, note: 'too large to show' };
  if (deployed?.kind === 'none') return { ...change, note: 'not on the worker' };
  const [before, after] = [deployed?.bytes ?? Buffer.alloc(0), file ? await bytesOf(file) : Buffer.alloc(0)];
  if (![before, after].every(isText)) return { ...change, note: 'not text' };
  if ([before, after].some((bytes) => PRIVATE_KEY.test(bytes.toString())))
    return { ...change, note: 'private: not shown' };
  if (before.equals(after) && change.change === 'changed')
    return { ...change, note: 'on the worker it is the same but for its mode' };
  return { ...change, patch: await patchOf(change, before.toString(), after.toString()) };
}

async function bytesOf({ source }: TreeFile): Promise<Buffer> {
  switch (source.kind) {
    case 'file':
      return readFile(fsPath(source.path));
    case 'bytes':
      return source.bytes;
    case 'sealed':
      return Buffer.from(source.read());
  }
}

const isText = (bytes: Buffer): boolean => isUtf8(bytes) && !bytes.includes(0);

async function patchOf({ path, change }: FileChange, before: string, after: string): Promise<string> {
  const { createTwoFilesPatch, FILE_HEADERS_ONLY } = await import('diff');
  const name = shownName(path);
  return createTwoFilesPatch(
    change === 'added' ? '/dev/null' : name,
    change === 'removed' ? '/dev/null' : name,
    before,
    after,
    undefined,
    undefined,
    { context: 3, headerOptions: FILE_HEADERS_ONLY },
  );
}
