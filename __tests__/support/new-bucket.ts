/**
 * Makes new buckets quickly. `maand init` runs once in each run of the tests, because it takes time to make keys. All other
 * buckets are copies.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { oncePerRun } from './once-per-run.ts';
import { runMaand } from './run-maand.ts';

const STATE_FILE = 'data/state.json';

/**
 * Writes a bucket like one that `maand init` makes, with its own id and state. Its keys and CA are those of the first bucket
 * of the run.
 */
export async function layNewBucket(dir: string): Promise<void> {
  await cp(await initializedBucket(), dir, { recursive: true });
  const { bucketId, name } = JSON.parse(await readFile(join(dir, STATE_FILE), 'utf8'));
  const [stateName = ''] = name.split('/');
  const ownName = `bucket-${randomBytes(6).toString('hex')}`;
  const ownId = randomUUID();
  for (const path of [STATE_FILE, 'maand.conf']) {
    const text = await readFile(join(dir, path), 'utf8');
    await writeFile(join(dir, path), text.replaceAll(stateName, ownName).replaceAll(bucketId, ownId));
  }
}

/** Copies the CA of the first bucket into a checkout, as a user would do. */
export async function layAuthority(dir: string): Promise<void> {
  const from = await initializedBucket();
  for (const name of ['ca.crt', 'ca.key']) await cp(join(from, 'secrets', name), join(dir, 'secrets', name));
}

function initializedBucket(): Promise<string> {
  return oncePerRun('bucket', async (folder) => {
    const { status, stderr } = await runMaand(['init', folder]);
    if (status !== 0) throw new Error(stderr);
  });
}
