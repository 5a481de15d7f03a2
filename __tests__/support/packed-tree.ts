/**
 * Folders as lists of entries that fit into a JSON file and keep what git does not keep: modes, empty folders, links. Equal
 * contents are kept once.
 */
import { createHash } from 'node:crypto';
import { chmod, lstat, mkdir, readdir, readFile, readlink, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

export interface PackedEntry {
  readonly path: string;
  /** Octal, as `0644`. Missing for a link. */
  readonly mode?: string;
  /** Key of the content of a file. */
  readonly content?: string;
  /** Target of a symbolic link. An entry without content and link is a folder. */
  readonly link?: string;
}

/** Key → a file's content: text when it is valid UTF-8. */
export type PackedContents = Record<string, { readonly text: string } | { readonly base64: string }>;

/** Adds the content where it is missing and returns its key. */
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

/** Everything below `root` that `keeps` keeps, folders before what is in them. */
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

/** Writes the entries below `root`, with their modes whatever the umask of this process is. */
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
