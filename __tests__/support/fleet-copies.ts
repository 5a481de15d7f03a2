/** Opens the copies of the state on workers that are folders of this machine. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StateDocument } from '../../src/state/document.ts';
import { openSnapshot } from '../../src/state/snapshot.ts';

export interface CopyPlace {
  /** The worker's folder. */
  readonly root: string;
  readonly name: string;
  readonly stateKeys: readonly string[];
}

/**
 * Opens the copy of the state. Returns undefined when the worker has no copy. Throws an `Error` when the copy is incomplete
 * or when no key opens it.
 */
export async function copyOn({ root, name, stateKeys }: CopyPlace): Promise<StateDocument | undefined> {
  const buckets = await readdir(root).catch(() => []);
  const bucketId = buckets.find((entry) => !entry.startsWith('.'));
  if (bucketId === undefined) return undefined;
  const folder = join(root, bucketId, 'state');
  const head = await readFile(join(folder, 'HEAD'), 'utf8').catch(() => undefined);
  if (head === undefined) return undefined;
  const digest = /^digest (.*)$/m.exec(head)?.[1] ?? '';
  const file = (await readdir(folder)).find((entry) => entry.endsWith(digest.slice(0, 16))) ?? '';
  const keys = stateKeys.map((key) => Buffer.from(key, 'hex'));
  const opened = await openSnapshot({ bytes: await readFile(join(folder, file)), keys, expect: { name } });
  if (opened.kind !== 'opened') throw new Error(`${root}: ${opened.message}`);
  return opened.document;
}
