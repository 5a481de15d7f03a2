/** Computes the hashes of delivered files and trees, under a secret key. */
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

const SEALED = Buffer.from('sealed\0');

/** Keyed digest of one file's mode and content; memory does not grow with the file. */
export async function digestFile({ key, mode, source }: DigestInput): Promise<string> {
  const digest = openDigest(key, mode);
  switch (source.kind) {
    case 'bytes':
      digest.take(source.bytes);
      break;
    case 'sealed':
      digest.take(Buffer.concat([SEALED, source.identity]));
      break;
    case 'file':
      for await (const chunk of createReadStream(fsPath(source.path))) digest.take(chunk as Buffer);
  }
  return digest.finish();
}

/** The same for content that arrives in pieces. */
export function openDigest(
  key: Buffer,
  mode: number,
): { readonly take: (bytes: Uint8Array) => void; readonly finish: () => string } {
  const hmac = createHmac('sha256', key).update(`${mode.toString(8)}\0`);
  return { take: (bytes) => void hmac.update(bytes), finish: () => finish(hmac) };
}

/** The whole tree: every path with its length, so that no two trees give the same bytes. */
export function assembleTree(key: Buffer, files: readonly TreeFile[], emptyFolders: readonly string[]): StagedTree {
  const sorted = [...files].sort((a, b) => compareText(a.path, b.path));
  const folders = [...emptyFolders].sort(compareText);
  return { hash: treeHash(key, sorted, folders), files: sorted, emptyFolders: folders };
}

/** Of sorted files and sorted empty folders. */
export function treeHash(
  key: Buffer,
  files: readonly Pick<TreeFile, 'path' | 'digest'>[],
  emptyFolders: readonly string[],
): string {
  const hmac = createHmac('sha256', key).update(ALGORITHM);
  for (const { path, digest } of files) updateWithPath(hmac, 'f', path).update(`:${digest}`);
  for (const path of emptyFolders) updateWithPath(hmac, 'd', path);
  return `${ALGORITHM}:${finish(hmac)}`;
}

/** Path → digest, the form that the state keeps and compares; an empty folder ends with a slash. */
export function fileDigests({
  files,
  emptyFolders,
}: {
  readonly files: readonly Pick<TreeFile, 'path' | 'digest'>[];
  readonly emptyFolders: readonly string[];
}): Record<string, string> {
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
