/** Lists the files of a job folder and reports the files that cannot be delivered. */
import { lstat, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Place } from '../../base/diagnostic.ts';
import { fsPath, nameOf, shownName } from '../../base/file-name.ts';
import { compareText } from '../../base/order.ts';
import { excerpt } from '../../base/text/quote.ts';
import type { Findings } from '../../document/findings.ts';
import { startOf } from '../bucket.ts';
import { type BucketReader, type FolderEntry, isBelow, shapeOf } from '../reader.ts';
import type { JobFile } from '../types.ts';

/** Folders with dependencies of hooks. These folders are skipped at any depth and never delivered. */
const SKIPPED = new Set(['.venv', 'venv', 'node_modules', '__pycache__']);
/** Names at the top of the job folder that the running job uses on its worker. */
const RESERVED = new Set(['data', 'logs', 'bin']);

export interface JobFolder {
  /** The files, sorted by the UTF-8 bytes of the path. */
  readonly files: readonly JobFile[];
  /** The paths of empty folders, sorted. */
  readonly emptyFolders: readonly string[];
  /** All folders, including empty folders. */
  readonly folders: ReadonlySet<string>;
}

export interface JobFolderRequest {
  readonly reader: BucketReader;
  readonly job: string;
  readonly findings: Findings;
}

/**
 * Lists every file below a job folder, except files below `.venv`, `venv`, `node_modules` and `__pycache__`. Reports
 * every entry that cannot be delivered, such as a reserved name or a symlink to a folder.
 */
export async function listJobFolder(request: JobFolderRequest): Promise<JobFolder> {
  const walk = new Walk(request);
  await walk.enter('');
  return {
    files: walk.files.sort((a, b) => compareText(a.path, b.path)),
    emptyFolders: walk.emptyFolders.sort(compareText),
    folders: walk.folders,
  };
}

/** Returns the folder of the hook scripts, below the job folder; `_modules` is the older name. */
export function hookFolderOf({ folders }: JobFolder): '_hooks' | '_modules' {
  return folders.has('_modules') && !folders.has('_hooks') ? '_modules' : '_hooks';
}

/** Returns the folder of a job, relative to the bucket. */
export function jobPath(job: string): string {
  return `workspace/jobs/${job}`;
}

class Walk {
  readonly files: JobFile[] = [];
  readonly emptyFolders: string[] = [];
  readonly folders = new Set<string>();
  readonly #request: JobFolderRequest;

  constructor(request: JobFolderRequest) {
    this.#request = request;
  }

  /** Lists a folder and all folders below it. `folder` is relative to the job folder; '' is the job folder itself. */
  async enter(folder: string): Promise<void> {
    const { reader, job } = this.#request;
    const listed = await reader.list(join(jobPath(job), folder));
    if (listed.kind === 'missing') return this.#refuse(folder, 'disappeared while it was being read');
    if (listed.kind === 'refused') return this.#refuse(folder, `cannot be read: ${listed.reason}`);
    const entries = listed.value.filter(({ name }) => !SKIPPED.has(name));
    if (folder !== '') this.folders.add(folder);
    if (entries.length === 0 && folder !== '') this.emptyFolders.push(folder);
    await Promise.all(entries.map((entry) => this.#take(folder, entry)));
  }

  async #take(folder: string, entry: FolderEntry): Promise<void> {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (folder === '' && RESERVED.has(entry.name)) return this.#refuseReserved(entry.name);
    if (entry.kind === 'folder') return this.enter(path);
    if (entry.kind === 'link') return this.#follow(path);
    if (entry.kind === 'other') return this.#refuse(path, 'is neither a file nor a folder');
    const sourcePath = this.#absolute(path);
    const stats = await this.#request.reader.attempt(() => lstat(fsPath(sourcePath)));
    if (stats.kind === 'done') this.files.push({ path, sourcePath, ...shapeOf(stats.value) });
    else
      this.#refuse(
        path,
        stats.kind === 'missing' ? 'disappeared while it was being read' : `cannot be read: ${stats.reason}`,
      );
  }

  /** Adds the file that a symlink points to, if that file is inside the job folder. Otherwise reports an error. */
  async #follow(path: string): Promise<void> {
    const { reader, job } = this.#request;
    const target = await reader.attempt(() => realPathOf(this.#absolute(path)));
    if (target.kind === 'missing') return this.#refuse(path, 'is a symlink that points nowhere');
    if (target.kind === 'refused') return this.#refuse(path, `is a symlink that cannot be followed: ${target.reason}`);
    const folder = await reader.attempt(() => realpath(join(reader.bucket.dir, jobPath(job))));
    if (folder.kind !== 'done' || !isBelow(target.value, folder.value)) {
      return this.#refuse(path, 'is a symlink out of the job folder');
    }
    const stats = await reader.attempt(() => stat(fsPath(target.value)));
    if (stats.kind !== 'done') return this.#refuse(path, 'is a symlink that points nowhere');
    if (stats.value.isDirectory()) return this.#refuse(path, 'is a symlink to a folder');
    if (!stats.value.isFile()) return this.#refuse(path, 'is a symlink to something that is not a file');
    this.files.push({ path, sourcePath: target.value, ...shapeOf(stats.value) });
  }

  #refuseReserved(name: string): void {
    const { job, findings } = this.#request;
    findings.error({
      code: 'ErrInvalidJob',
      message: `invalid job: job ${excerpt(job)}, ${name} directory is reserved`,
      place: this.#placeOf(name),
      hint: `${name}/ belongs to the running job on its worker: use another name`,
    });
  }

  #refuse(path: string, what: string): void {
    const { job, findings } = this.#request;
    const name = path === '' ? 'its folder' : excerpt(shownName(path));
    const message = `invalid job: job ${excerpt(job)}, ${name} ${what}`;
    findings.error({ code: 'ErrInvalidJob', message, place: this.#placeOf(path) });
  }

  #placeOf(path: string): Place {
    return startOf(this.#request.reader.bucket, join(jobPath(this.#request.job), shownName(path)));
  }

  #absolute(path: string): string {
    return join(this.#request.reader.bucket.dir, jobPath(this.#request.job), path);
  }
}

const realPathOf = async (path: string): Promise<string> =>
  nameOf(await realpath(fsPath(path), { encoding: 'buffer' }));
