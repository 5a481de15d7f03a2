/** Finds the folder of a bucket and its repository, and returns the paths of its files for diagnostics. */
import { access, realpath } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import type { Place } from '../base/diagnostic.ts';

/** The location of a bucket. */
export interface Bucket {
  /** The absolute path of the bucket, with symlinks not resolved. */
  readonly dir: string;
  /** The absolute path with symlinks resolved. "Inside the bucket" means inside this folder. */
  readonly realDir: string;
  /** The path relative to the repository root; '' when the bucket is the repository root. */
  readonly path: string;
  /** Whether the bucket is in a Git repository. */
  readonly isCheckout: boolean;
}

/**
 * Returns the nearest folder at or above `startDir` that contains `maand.conf` or `data/maand.db` (the state of older
 * versions).
 */
export async function findBucket(startDir: string): Promise<string | undefined> {
  for (const dir of upwards(startDir)) {
    if ((await exists(join(dir, 'maand.conf'))) || (await exists(join(dir, 'data', 'maand.db')))) return dir;
  }
  return undefined;
}

/**
 * Returns the location of a bucket. The repository root is the nearest folder at or above the bucket that contains
 * `.git`. Without such a folder, it is the bucket itself.
 */
export async function placeBucket(bucketDir: string): Promise<Bucket> {
  const dir = resolve(bucketDir);
  const realDir = await realpath(dir).catch(() => dir); // a missing bucket is reported later, when it is read
  for (const root of upwards(dir)) {
    if (await exists(join(root, '.git'))) return { dir, realDir, path: slashed(relative(root, dir)), isCheckout: true };
  }
  return { dir, realDir, path: '', isCheckout: false };
}

/** Returns a path of the bucket in the form for diagnostics: relative to the repository root. */
export function fileIn(bucket: Bucket, path: string): string {
  return bucket.path === '' ? path : `${bucket.path}/${path}`;
}

/** Returns the beginning of a file as a place, for errors without a position in the file. */
export function startOf(bucket: Bucket, path: string): Place {
  return { file: fileIn(bucket, path), line: 1, column: 1 };
}

function* upwards(startDir: string): Generator<string> {
  let dir = resolve(startDir);
  for (;;) {
    yield dir;
    const parent = dirname(dir);
    if (parent === dir) return;
    dir = parent;
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}

function slashed(path: string): string {
  return sep === '/' ? path : path.replaceAll(sep, '/');
}
