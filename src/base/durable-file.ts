/** Writes files so that a crash leaves either the old or the new content, complete. */
import { randomBytes } from 'node:crypto';
import { chmod, link, mkdir, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/**
 * Replaces a file so that after a crash it holds either the old or the new text, whole (temporary file, fsync, rename, fsync
 * of the folder). `previous`: the old file is kept under that path. Mode 0600.
 */
export async function replaceFile(path: string, text: string, previous?: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await putInPlace({ path, text, draft: draftOf(path) }, async () => {
    if (previous !== undefined) await keepPrevious(path, previous);
  });
}

export interface Rewriting {
  readonly path: string;
  readonly text: string;
  readonly mode: number;
  /** Where the draft lies, on the same file system: a kill may leave it there. Default: beside the file. */
  readonly draftFolder?: string;
}

/** As `replaceFile`, for a file of the user's: it keeps the mode that is given. */
export async function rewriteFile({ path, text, mode, draftFolder }: Rewriting): Promise<void> {
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
  /** The umask may take from it. */
  readonly mode: number;
}

/**
 * Makes files that are not there yet, each of them whole at once, and all of them or none. Rejects with `EEXIST` when there is
 * one already; nothing is overwritten.
 */
export async function createFiles(files: readonly NewFile[]): Promise<void> {
  const drafts = files.map((file) => ({ ...file, draft: draftOf(file.path) }));
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

/** A hard link keeps the old bytes without a moment in which `path` is missing. */
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
