/**
 * Packs folders into lists of entries for a JSON file. Unlike git, the entries keep modes, empty folders and links. Equal
 * contents are stored once.
 */
import { createHash } from 'node:crypto';
import { chmod, lstat, mkdir, readdir, readFile, readlink, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

export interface PackedEntry {
  readonly path: string;
  /** File mode in octal, such as `0644`. Missing for a link. */
  readonly mode?: string;
  /** Key of the content of a file. */
  readonly content?: string;
  /** Target of a symbolic link. An entry without content and link is a folder. */
  readonly link?: string;
}

/** Contents of files by key: a text when the bytes are valid UTF-8, base64 otherwise. */
export type PackedContents = Record<string, { readonly text: string } | { readonly base64: string }>;

/** Adds the bytes to `contents` and returns their key. */
export function packBytes(contents: PackedContents, bytes: Buffer): string {
  const key = createHash('sha256').update(bytes).digest('hex').slice(0, 16);
  const text = bytes.toString('utf8');
  contents[key] = Buffer.from(text).equals(bytes) ? { text } : { base64: bytes.toString('base64') };
  return key;
}

export function unpackBytes(contents: PackedContents, key: string): Buffer {
  const content = contents[key];
  if (content === undefined) throw new Error(`there is no content ${key}`);
  return 'text' in content ? Buffer.from(content.text) : Buffer.from(content.base64, 'base64');
}

/** Returns the entries below `root` for which `keeps` returns true. A folder comes before its content. */
export async function packTree(
  contents: PackedContents,
  root: string,
  keeps: (path: string) => boolean = () => true,
): Promise<PackedEntry[]> {
  const paths = (await readdir(root, { recursive: true })).filter(keeps).sort();
  return Promise.all(
    paths.map(async (path): Promise<PackedEntry> => {
      const full = join(root, path);
      const status = await lstat(full);
      if (status.isSymbolicLink()) return { path, link: await readlink(full) };
      const mode = (status.mode & 0o7777).toString(8).padStart(4, '0');
      if (status.isDirectory()) return { path, mode };
      return { path, mode, content: packBytes(contents, await readFile(full)) };
    }),
  );
}

/** Writes the entries below `root` with their modes. The umask of this process has no effect on the modes. */
export async function unpackTree(
  contents: PackedContents,
  root: string,
  entries: readonly PackedEntry[],
): Promise<void> {
  await mkdir(root, { recursive: true });
  for (const { path, mode, content, link } of entries) {
    const full = join(root, path);
    await mkdir(dirname(full), { recursive: true });
    if (link !== undefined) await symlink(link, full);
    else if (content !== undefined) await writeFile(full, unpackBytes(contents, content));
    else await mkdir(full, { recursive: true });
    if (mode !== undefined) await chmod(full, Number.parseInt(mode, 8));
  }
}
