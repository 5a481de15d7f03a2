/** Reads keys and certificates from files, with a limit on their size. */
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

const LARGEST_BYTES = 1024 * 1024;

/**
 * Returns the text of a key or a certificate. Rejects with the same errors as `readFile`. Also rejects when the path is
 * not a regular file (reading a pipe might never end), or when the file is larger than 1 MiB.
 */
export async function readSmallFile(path: string): Promise<string> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stats = await file.stat();
    if (stats.isDirectory()) throw new Error('it is a folder');
    if (!stats.isFile()) throw new Error('it is not a regular file');
    if (stats.size > LARGEST_BYTES) throw new Error('it is larger than 1 MiB');
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}
