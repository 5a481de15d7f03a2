/** Writes files safely: after a crash, a file has either its complete old content or its complete new content. */
import { randomBytes } from 'node:crypto';
import { chmod, link, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Matches the end of the file name of a draft (a temporary file). */
const DRAFT_END = /^[0-9a-f]{12}$/;
/** The minimum age of a draft that a killed process left. A running process never needs so long to write a draft. */
const ABANDONED_MS = 60_000;

/**
 * Replaces a file. After a crash, the file holds either the complete old text or the complete new text. The function
 * writes a temporary file, calls fsync, renames the file, and calls fsync on the folder. If `previous` is given, the
 * old file is kept under that path. The new file has mode 0600, and a folder that was missing has mode 0700.
 */
export async function replaceFile(path: string, text: string, previous?: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await removeDrafts(path, { leastAgeMs: ABANDONED_MS });
  await putInPlace({ path, text, draft: draftOf(path) }, async () => {
    if (previous !== undefined) await keepPrevious(path, previous);
  });
}

export interface Rewriting {
  readonly path: string;
  readonly text: string;
  readonly mode: number;
  /**
   * The folder for the draft (the temporary file). This folder must be on the same file system as the file. A killed
   * process may leave a draft in this folder. Default: the folder of the file.
   */
  readonly draftFolder?: string;
}

/** Replaces a file as `replaceFile` does, but gives the new file the mode `mode`. */
export async function rewriteFile({ path, text, mode, draftFolder }: Rewriting): Promise<void> {
  await removeDrafts(path, { leastAgeMs: ABANDONED_MS });
  await putInPlace({ path, text, draft: draftOf(path, draftFolder) }, (draft) => chmod(draft, mode));
}

interface Placing {
  readonly path: string;
  readonly text: string;
  readonly draft: string;
}

async function putInPlace({ path, text, draft }: Placing, prepare: (draft: string) => Promise<void>): Promise<void> {
  try {
    await writeSynced({ path: draft, text, mode: 0o600 });
    await prepare(draft);
    await rename(draft, path);
  } catch (thrown) {
    await rm(draft, { force: true });
    throw thrown;
  }
  await syncFolder(dirname(path));
}

export interface NewFile {
  readonly path: string;
  readonly text: string;
  /** The file mode. The umask of the process may remove some permissions. */
  readonly mode: number;
}

/**
 * Creates files that must not exist yet. Each file appears complete. If one file fails, none remain. Rejects with
 * `EEXIST` when one of the files already exists. Nothing is overwritten.
 */
export async function createFiles(files: readonly NewFile[]): Promise<void> {
  const drafts = files.map((file) => ({ ...file, draft: draftOf(file.path) }));
  for (const { path } of files) await removeDrafts(path, { leastAgeMs: ABANDONED_MS });
  const made: string[] = [];
  try {
    for (const { draft, text, mode } of drafts) await writeSynced({ path: draft, text, mode });
    for (const { draft, path } of drafts) {
      await link(draft, path);
      made.push(path);
    }
  } catch (thrown) {
    for (const path of made) await rm(path, { force: true });
    throw thrown;
  } finally {
    for (const { draft } of drafts) await rm(draft, { force: true });
  }
  for (const folder of new Set(made.map((path) => dirname(path)))) await syncFolder(folder);
}

/**
 * Removes the drafts that killed processes left when they wrote the file `path`. A draft that was written less than
 * `leastAgeMs` ago is kept. Pass 0 only when no process can be writing this file at the same time.
 */
export async function removeDrafts(path: string, { leastAgeMs }: { readonly leastAgeMs: number }): Promise<void> {
  const folder = dirname(path);
  const start = `.${basename(path)}.`;
  // A missing folder has no drafts. When the folder cannot be read, the later write to this folder reports the reason.
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    if (!name.startsWith(start) || !DRAFT_END.test(name.slice(start.length))) continue;
    const draft = join(folder, name);
    const writtenMs = await stat(draft).then(
      ({ mtimeMs }) => mtimeMs,
      () => undefined, // a different process has already removed the draft
    );
    if (writtenMs !== undefined && Date.now() - writtenMs >= leastAgeMs) await rm(draft, { force: true });
  }
}

function draftOf(path: string, folder = dirname(path)): string {
  return join(folder, `.${basename(path)}.${randomBytes(6).toString('hex')}`);
}

async function writeSynced({ path, text, mode }: NewFile): Promise<void> {
  const file = await open(path, 'wx', mode);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Keeps the old file under `previous` with a hard link, so that `path` exists at all times. */
async function keepPrevious(path: string, previous: string): Promise<void> {
  await rm(previous, { force: true });
  await link(path, previous).catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code !== 'ENOENT') throw thrown;
  });
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
