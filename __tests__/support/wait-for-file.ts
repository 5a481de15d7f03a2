import { existsSync, watch } from 'node:fs';
import { basename, dirname } from 'node:path';

/** Resolves when a file exists. Its folder must already exist. */
export async function waitForFile(path: string): Promise<void> {
  const changes = new AbortController();
  const made = new Promise<void>((resolve) => {
    watch(dirname(path), { signal: changes.signal }, (_event, name) => {
      if (name === basename(path) && existsSync(path)) resolve();
    });
    if (existsSync(path)) resolve();
  });
  await made;
  changes.abort();
}
