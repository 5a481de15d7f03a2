/** Writes files so that a crash leaves either the old or the new content, complete. */
import { randomBytes } from 'node:crypto';
import { chmod, link, mkdir, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/**
 * Replaces a file so that after a crash it holds either the complete old text or the complete new text: it writes a
 * temporary file, calls fsync, renames it and calls fsync on the folder. If `previous` is given, the old file is kept
 * under that path. The new file has mode 0600.
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
  /**
   * The folder of the draft (the temporary file), on the same file system; a killed process may leave the draft behind.
   * Default: the folder of the file.
   */
  readonly draftFolder?: string;
}

/** Replaces a file of the user as `replaceFile` does, but gives it the mode `mode`. */
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
  /** The permissions, from which the umask of the process may remove some. */
  readonly mode: number;
}

/**
 * Creates files that must not exist yet. Each appears complete; if one fails, none remain. Rejects with `EEXIST` when
 * one of them exists already; nothing is overwritten.
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

/** Keeps the old bytes with a hard link, so that `path` exists at every moment. */
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
