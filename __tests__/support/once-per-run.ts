/** Makes a folder once for all test files of a run. It is for folders that take time to make. */
import { access, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Returns the folder of that name. Callers may read and copy it, but must not change it. */
export async function oncePerRun(name: string, make: (folder: string) => Promise<void>): Promise<string> {
  const { TEST_RUN_FOLDER: shared } = process.env;
  if (shared === undefined) throw new Error('vitest has not called support/run-setup.ts');
  const wanted = join(shared, name);
  if (await exists(wanted)) return wanted;
  const made = await mkdtemp(`${wanted}-`);
  await make(made);
  await rename(made, wanted).catch(() => rm(made, { recursive: true })); // another test file has made the folder in the meantime
  return wanted;
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
