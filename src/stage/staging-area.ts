/**
 * Manages the staging folder of a run (mode 0700). The folder contains the delivered trees, `worker.json` and
 * `jobs.json` of each worker, and the helper scripts of `bin/`. Trees are stored by hash, so that workers with equal
 * trees share one copy. Rendered secrets are written to the runner's disk only here.
 */
import { existsSync, rmSync } from 'node:fs';
import { chmod, copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { mapLimit } from '../base/concurrency.ts';
import { fsPath } from '../base/file-name.ts';
import { atExit } from '../base/text/last-words.ts';
import type { FileSource, StagedTree, TreeFile } from './tree.ts';
import { workerHelpers } from './worker-helpers.ts';

const FILES_AT_ONCE = 16;

/**
 * The content of `worker.json`, with its keys in this order: the bucket, the worker, the number of the last update that
 * was delivered to the worker, and the state that wrote the file.
 */
export interface WorkerIdentity {
  readonly bucket_id: string;
  readonly worker_id: string;
  readonly worker_ip: string;
  readonly labels: readonly string[];
  readonly update_seq: number;
  readonly writer: { readonly kind: string; readonly name: string; readonly serial: number; readonly run: string };
}

export interface WorkerFiles {
  readonly host: string;
  readonly identity: WorkerIdentity;
  /** The content of `jobs.json`: the jobs of the worker, and which of them are disabled. */
  readonly jobs: readonly { readonly job: string; readonly disabled: 0 | 1 }[];
}

export class StagingArea implements AsyncDisposable {
  readonly #parent: string;
  readonly #onOpen: (folder: string) => void;
  readonly #trees = new Map<string, Promise<string>>();
  #folder: Promise<string> | undefined;
  #leaving: Disposable | undefined;
  #helpers: Promise<string> | undefined;

  /**
   * The folder is created below `parent` at the first use. `onOpen` receives the path of the folder, so that it can be
   * removed even after a crash.
   */
  constructor(parent: string, onOpen: (folder: string) => void) {
    this.#parent = parent;
    this.#onOpen = onOpen;
  }

  /** Returns the path of the folder. The first call creates the folder. */
  folder(): Promise<string> {
    this.#folder ??= this.#make();
    return this.#folder;
  }

  async #make(): Promise<string> {
    const folder = await makeFolder(this.#parent, this.#onOpen);
    this.#leaving = atExit(() => rmSync(folder, { recursive: true, force: true }));
    return folder;
  }

  /** Writes the tree if it was not written before. Returns its delivery source `…/./jobs/<job>/`. */
  tree(job: string, tree: StagedTree): Promise<string> {
    const name = `${job}.${tree.hash.replace(':', '.')}`;
    const known = this.#trees.get(name);
    if (known) return known;
    const written = this.#writeTree(name, job, tree);
    this.#trees.set(name, written);
    return written;
  }

  /** Writes `worker.json`, `jobs.json` and the shared `bin/`. Returns their delivery sources. */
  async workerFiles({ host, identity, jobs }: WorkerFiles): Promise<string[]> {
    const root = await this.folder();
    const folder = join(root, 'workers', Buffer.from(host).toString('hex'));
    await mkdir(folder, { recursive: true, mode: 0o755 });
    await writeText(join(folder, 'worker.json'), `${JSON.stringify(identity, null, 3)}\n`);
    await writeText(join(folder, 'jobs.json'), `${JSON.stringify(jobs, null, 3)}\n`);
    this.#helpers ??= writeHelpers(join(root, 'helpers'));
    return [`${folder}/./worker.json`, `${folder}/./jobs.json`, await this.#helpers];
  }

  async #writeTree(name: string, job: string, tree: StagedTree): Promise<string> {
    const root = join(await this.folder(), 'trees', name);
    await writeTree(join(root, 'jobs', job), tree);
    await chmod(join(root, 'jobs'), 0o755);
    return `${root}/./jobs/${job}/`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#folder) await rm(await this.#folder, { recursive: true, force: true, maxRetries: 3 });
    this.#leaving?.[Symbol.dispose]();
  }
}

async function makeFolder(parent: string, onOpen: (folder: string) => void): Promise<string> {
  await mkdir(parent, { recursive: true, mode: 0o700 });
  await removeLeftovers(parent);
  const folder = await mkdtemp(join(parent, `maand-${process.pid}-`)); // mkdtemp always uses mode 0700
  onOpen(folder);
  return folder;
}

/**
 * Removes the staging folders of killed runs, because these folders may contain secrets. The name of a folder contains
 * the process id of its run.
 */
async function removeLeftovers(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const pid = /^maand-(\d+)-[A-Za-z0-9]{6}$/.exec(name)?.[1];
    if (pid === undefined || existsSync(`/proc/${pid}`)) continue;
    await rm(join(parent, name), { recursive: true, force: true, maxRetries: 3 });
  }
}

/**
 * Writes a tree to a folder that contains nothing else. Folders and files get their modes on the worker, independent of
 * the umask. `modeOf` may return modes that differ from the modes in the tree.
 */
export async function writeTree(
  folder: string,
  tree: StagedTree,
  modeOf: (file: TreeFile) => number = ({ mode }) => mode,
): Promise<void> {
  const folders = new Set(['.', ...tree.emptyFolders, ...tree.files.map(({ path }) => dirname(path))]);
  for (const path of folders) {
    await mkdir(fsPath(join(folder, path)), { recursive: true, mode: 0o755 });
  }
  for (const path of parentsOf(folders)) await chmod(fsPath(join(folder, path)), 0o755);
  await mapLimit(tree.files, FILES_AT_ONCE, (file) =>
    writeTreeFile(fsPath(join(folder, file.path)), file.source, modeOf(file)),
  );
}

/** Returns the folders and all folders above them, up to the job folder. */
function parentsOf(folders: Iterable<string>): Set<string> {
  const all = new Set<string>();
  for (let path of folders) {
    while (!all.has(path)) {
      all.add(path);
      path = dirname(path);
    }
  }
  return all;
}

async function writeTreeFile(path: string | Buffer, source: FileSource, mode: number): Promise<void> {
  if (source.kind === 'file') await copyFile(fsPath(source.path), path);
  else await writeFile(path, source.kind === 'bytes' ? source.bytes : source.read(), { mode: 0o600, flag: 'wx' });
  await chmod(path, mode);
}

async function writeHelpers(root: string): Promise<string> {
  await mkdir(join(root, 'bin'), { recursive: true, mode: 0o755 });
  await chmod(join(root, 'bin'), 0o755);
  for (const [name, text] of Object.entries(workerHelpers())) {
    const path = join(root, 'bin', name);
    await writeFile(path, text, { mode: 0o755 });
    await chmod(path, 0o755);
  }
  return `${root}/./bin/`;
}

async function writeText(path: string, text: string): Promise<void> {
  await writeFile(path, text, { mode: 0o644 });
  await chmod(path, 0o644);
}
