import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Returns a digest of a folder: the path, mode, time and content of every file. A program that changes any of these changes
 * the digest.
 */
export async function fingerprint(folder: string): Promise<string> {
  const hash = createHash('sha256');
  for (const path of (await readdir(folder, { recursive: true })).sort()) {
    const entry = await stat(join(folder, path));
    hash.update(`${path} ${entry.mode} ${entry.mtimeMs}\n`);
    if (entry.isFile()) hash.update(await readFile(join(folder, path)));
  }
  return hash.digest('hex');
}
