/** Computes the hashes of delivered files and trees with a secret key. */
import { createHmac, type Hmac } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { fsPath, nameBytes } from '../base/file-name.ts';
import { compareText } from '../base/order.ts';
import type { FileSource, StagedTree, TreeFile } from './tree.ts';

/** The version of the algorithm, which is part of each hash, so that hashes of an older algorithm can be recognised. */
const ALGORITHM = 'h1';

export interface DigestInput {
  readonly key: Buffer;
  readonly mode: number;
  readonly source: FileSource;
}

const SEALED = Buffer.from('sealed\0');

/** Returns the keyed digest of the mode and content of one file; the memory it needs does not grow with the file. */
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

/** Returns a keyed digest for content that arrives in pieces. */
export function openDigest(
  key: Buffer,
  mode: number,
): { readonly take: (bytes: Uint8Array) => void; readonly finish: () => string } {
  const hmac = createHmac('sha256', key).update(`${mode.toString(8)}\0`);
  return { take: (bytes) => void hmac.update(bytes), finish: () => finish(hmac) };
}

/**
 * Returns the staged tree with its hash. The hash includes the length of every path, so that no two trees give the same
 * bytes.
 */
export function assembleTree(key: Buffer, files: readonly TreeFile[], emptyFolders: readonly string[]): StagedTree {
  const sorted = [...files].sort((a, b) => compareText(a.path, b.path));
  const folders = [...emptyFolders].sort(compareText);
  return { hash: treeHash(key, sorted, folders), files: sorted, emptyFolders: folders };
}

/** Returns the hash of a tree; files and empty folders must be sorted. */
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

/** Maps each path to its digest, as the state keeps and compares it; the path of an empty folder ends with a slash. */
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

/** Returns 128 bits of the digest: enough to distinguish files, and short enough to keep the state small. */
function finish(hmac: Hmac): string {
  return hmac.digest().subarray(0, 16).toString('base64url');
}
