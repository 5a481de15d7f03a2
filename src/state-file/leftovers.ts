/** Removes the files beside a state that killed runs left: drafts of the document, and locks that were never taken. */
import { readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { removeDrafts } from '../base/durable-file.ts';
import { isGone, readRecord } from './lock-record.ts';
import type { StatePaths } from './state-paths.ts';

/** Call it only while this run holds the lock: then no other run writes the document. */
export async function removeLeftovers({ document, lock }: StatePaths): Promise<void> {
  await removeDrafts(document, { leastAgeMs: 0 });
  const start = `${basename(lock)}.`;
  const names = await readdir(dirname(lock));
  const asides = names.filter((name) => name.startsWith(start) && ASIDE_END.test(name.slice(start.length)));
  for (const name of asides) await removeIfAbandoned(join(dirname(lock), name));
}

/** The random id at the end of the name of a lock that a run prepared or moved aside. */
const ASIDE_END = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A run that waits for the lock still needs its file. A file that cannot be read is left to a person. */
async function removeIfAbandoned(path: string): Promise<void> {
  const owner = await readRecord(path).catch(() => undefined);
  if (owner !== undefined && (await isGone(owner))) await rm(path, { force: true });
}
