/**
 * Lists the folders that may contain a job. Reports wrong symlinks and a `workspace/jobs` folder that cannot be read.
 */
import { realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { excerpt } from '../../base/text/quote.ts';
import type { Findings } from '../../document/findings.ts';
import { startOf } from '../bucket.ts';
import { type BucketReader, isBelow } from '../reader.ts';
import { jobPath } from './job-folder.ts';

const JOBS = 'workspace/jobs';

/**
 * Returns the names of the folders in `workspace/jobs`, sorted by UTF-8 bytes. Not every folder is a job; `readJob`
 * decides this.
 */
export async function listJobNames(reader: BucketReader, findings: Findings): Promise<readonly string[]> {
  const refuse = (path: string, what: string): void => {
    findings.error({ message: `invalid job: ${excerpt(path)} ${what}`, place: startOf(reader.bucket, path) });
  };
  if ((await reader.look(JOBS)).kind === 'missing') return [];
  const real = await reader.attempt(() => realpath(join(reader.bucket.dir, JOBS)));
  const isOutside = real.kind === 'missing' || (real.kind === 'done' && !isBelow(real.value, reader.bucket.realDir));
  const listed = isOutside ? undefined : await reader.list(JOBS);
  if (listed?.kind !== 'done') {
    const reason = listed?.kind === 'refused' ? listed.reason : 'it leads out of the bucket';
    refuse(JOBS, `cannot be read: ${reason}`);
    return [];
  }
  for (const link of listed.value.filter((entry) => entry.kind === 'link')) {
    const path = jobPath(link.name);
    const target = await reader.attempt(() => stat(join(reader.bucket.dir, path)));
    if (target.kind !== 'done') refuse(path, 'is a symlink that points nowhere');
    else if (target.value.isDirectory()) refuse(path, 'is a symlink to a folder: a job is a folder of its own');
  }
  return listed.value.filter((entry) => entry.kind === 'folder').map((entry) => entry.name);
}
