/** Computes the hashes of delivered files and trees with a secret key. */
import { createHmac, type Hmac } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { fsPath, nameBytes } from '../base/file-name.ts';
import { compareText } from '../base/order.ts';
import type { FileSource, StagedTree, TreeFile } from './tree.ts';

/**
 * The version of the algorithm. Each hash contains this version, so that hashes of an older algorithm can be
 * recognised.
 */
const ALGORITHM = 'h1';

export interface DigestInput {
  readonly key: Buffer;
  readonly mode: number;
  readonly source: FileSource;
}

const SEALED = Buffer.from('sealed\0');

/**
 * Returns the keyed digest of the mode and content of one file. Files on disk are streamed, so that large files need
 * little memory.
 */
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

/**
 * Returns an object that computes a keyed digest of content in pieces: `take` adds a piece, `finish` returns the
 * digest.
 */
export function openDigest(
  key: Buffer,
  mode: number,
): { readonly take: (bytes: Uint8Array) => void; readonly finish: () => string } {
  const hmac = createHmac('sha256', key).update(`${mode.toString(8)}\0`);
  return { take: (bytes) => void hmac.update(bytes), finish: () => finish(hmac) };
}

/**
 * Returns the staged tree with its hash. The hashed bytes include the length of every path, so that different trees
 * never give the same bytes.
 */
export function assembleTree(key: Buffer, files: readonly TreeFile[], emptyFolders: readonly string[]): StagedTree {
  const sorted = [...files].sort((a, b) => compareText(a.path, b.path));
  const folders = [...emptyFolders].sort(compareText);
  return { hash: treeHash(key, sorted, folders), files: sorted, emptyFolders: folders };
}

/** Returns the hash of a tree. Files and empty folders must be sorted. */
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

/**
 * Maps each path to its digest, in the form that the state stores. The path of an empty folder ends with a slash and
 * has an empty digest.
 */
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

/** Returns 128 bits of the digest. 128 bits are enough to distinguish files, and keep the state small. */
function finish(hmac: Hmac): string {
  return hmac.digest().subarray(0, 16).toString('base64url');
}
