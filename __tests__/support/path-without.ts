import { readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from './temporary-folder.ts';

/** Returns a PATH with every program of the present PATH except the named ones. */
export async function pathWithout(...programs: readonly string[]): Promise<string> {
  const folder = await temporaryFolder();
  const taken = new Set(programs);
  for (const from of (process.env.PATH ?? '').split(':')) {
    for (const name of await readdir(from).catch(() => [])) {
      if (taken.has(name)) continue;
      taken.add(name);
      await symlink(join(from, name), join(folder, name));
    }
  }
  return folder;
}
