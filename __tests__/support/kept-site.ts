/**
 * Keeps a site at one moment: its files on workers and in the bucket, and its cache. Many tests can start from that moment.
 */
import { execFile } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startCacheService } from './cache-service.ts';
import { FleetSite } from './fleet-site.ts';
import { temporaryFolder } from './temporary-folder.ts';

const run = promisify(execFile);

/**
 * Returns a function that restores the site, even when its folders were changed or removed. Only one copy exists at a time.
 */
export async function keepSite({ farm, bucket, cache }: FleetSite): Promise<() => Promise<FleetSite>> {
  const aside = await temporaryFolder();
  const folders = [bucket.dir, ...farm.workers.map(({ root }) => root)];
  const places = folders.map((folder, at) => ({ folder, kept: join(aside, String(at)) }));
  for (const { folder, kept } of places) await mirror(folder, kept);
  const entries = cache.entries.all.flatMap(({ bytes, ...entry }) =>
    entry.isFinal && bytes ? [{ ...entry, bytes }] : [],
  );
  return async () => {
    for (const { folder, kept } of places) await mirror(kept, folder);
    const again = await startCacheService();
    for (const entry of entries) again.entries.plant(entry);
    return new FleetSite(farm, bucket, again);
  };
}

async function mirror(from: string, to: string): Promise<void> {
  await rm(to, { recursive: true, force: true });
  await mkdir(to);
  await run('cp', ['-a', `${from}/.`, to]);
}
