import { createHmac, type Hmac } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { fsPath, nameBytes } from '../base/file-name.ts';
import { compareText } from '../base/order.ts';
import type { FileSource, StagedTree, TreeFile } from './tree.ts';

/** Grows when the algorithm changes, so that hashes of an older one are known as such. */
const ALGORITHM = 'h1';

export interface DigestInput {
  readonly key: Buffer;
  readonly mode: number;
  readonly source: FileSource;
}

/** Keyed digest of one file's mode and content; memory does not grow with the file. */
export async function digestFile({ key, mode, source }: DigestInput): Promise<string> {
  const hmac = createHmac('sha256', key).update(`${mode.toString(8)}\0`);
  if (source.kind === 'bytes') return finish(hmac.update(source.bytes));
  if (source.kind === 'sealed') return finish(hmac.update('sealed\0').update(source.identity));
  for await (const chunk of createReadStream(fsPath(source.path))) hmac.update(chunk as Buffer);
  return finish(hmac);
}

/** The whole tree: every path with its length, so that no two trees give the same bytes. */
export function assembleTree(key: Buffer, files: readonly TreeFile[], emptyFolders: readonly string[]): StagedTree {
  const sorted = [...files].sort((a, b) => compareText(a.path, b.path));
  const folders = [...emptyFolders].sort(compareText);
  const hmac = createHmac('sha256', key).update(ALGORITHM);
  for (const { path, digest } of sorted) updateWithPath(hmac, 'f', path).update(`:${digest}`);
  for (const path of folders) updateWithPath(hmac, 'd', path);
  return { hash: `${ALGORITHM}:${finish(hmac)}`, files: sorted, emptyFolders: folders };
}

/** Path → digest, the form that the state keeps and compares; an empty folder ends with a slash. */
export function fileDigests({ files, emptyFolders }: StagedTree): Record<string, string> {
  return Object.fromEntries([
    ...files.map(({ path, digest }) => [path, digest]),
    ...emptyFolders.map((path) => [`${path}/`, '']),
  ]) as Record<string, string>;
}

function updateWithPath(hmac: Hmac, kind: 'f' | 'd', path: string): Hmac {
  const bytes = nameBytes(path);
  return hmac.update(`\0${kind}${bytes.length}:`).update(bytes);
}

/** 128 bits are plenty for telling files apart, and keep the state small. */
function finish(hmac: Hmac): string {
  return hmac.digest().subarray(0, 16).toString('base64url');
}
