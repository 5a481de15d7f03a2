import { createHash } from 'node:crypto';
import { chmod, lstat, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';

/** A file of a tree: its text, or bytes with a mode. */
export type TreeFile = string | { readonly content: string | Uint8Array; readonly mode: number };

/** Writes files below `root` by their relative paths. A trailing slash makes an empty folder. The default mode is 0644. */
export async function writeTree(root: string, files: Readonly<Record<string, TreeFile>>): Promise<void> {
  for (const [path, file] of Object.entries(files)) {
    const full = join(root, path);
    if (path.endsWith('/')) {
      await mkdir(full, { recursive: true });
      continue;
    }
    const { content, mode } = typeof file === 'string' ? { content: file, mode: 0o644 } : file;
    await mkdir(dirname(full), { recursive: true });
    await writeFile(full, content);
    await chmod(full, mode);
  }
}

/** Describes everything below `root`, sorted by relative path: `0644 sha256-prefix` for files and `dir 0755` for folders. */
export async function readTree(root: string): Promise<Record<string, string>> {
  const names = (await readdir(root, { recursive: true })).sort();
  const entries = await Promise.all(names.map(async (name) => [name, await describe(join(root, name))] as const));
  return Object.fromEntries(entries);
}

async function describe(path: string): Promise<string> {
  const status = await lstat(path);
  const mode = (status.mode & 0o7777).toString(8).padStart(4, '0');
  if (status.isDirectory()) return `dir ${mode}`;
  if (!status.isFile()) return 'neither file nor folder';
  return `${mode} ${createHash('sha256')
    .update(await readFile(path))
    .digest('hex')
    .slice(0, 12)}`;
}

/** Returns the relative path of every file below `root`, sorted. Returns an empty list when the folder is missing. */
export async function filesBelow(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .sort();
}
