/** Finds the folder of a bucket and its repository, and returns the paths of its files for diagnostics. */
import { access, realpath } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { Place } from '../base/diagnostic.ts';

/** The location of a bucket. */
export interface Bucket {
  /** The absolute path of the bucket, with symlinks not resolved. */
  readonly dir: string;
  /** The absolute path with symlinks resolved. "Inside the bucket" means inside this folder. */
  readonly realDir: string;
  /** The path relative to the repository root; '' when the bucket is the repository root, or when no root is known. */
  readonly path: string;
  /**
   * The way in which the repository root was found: from the checkout of the run, or from a folder `.git`. `unknown`
   * means that no root was found.
   */
  readonly root: RepositoryRoot;
  /** The path relative to the nearest folder with `.git`; undefined when there is no such folder. */
  readonly gitPath: string | undefined;
}

export type RepositoryRoot = 'checkout' | 'git' | 'unknown';

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
 * Returns the location of a bucket. `checkout` is the folder of the checkout of a run, and '' outside of a run. The
 * repository root is `checkout` when the bucket is inside this folder. The path of the bucket is then the same with and
 * without `.git` on disk. Otherwise the root is the nearest folder at or above the bucket that contains `.git`. Without
 * such a folder, the root is the bucket itself.
 */
export async function placeBucket(bucketDir: string, checkout = ''): Promise<Bucket> {
  const dir = resolve(bucketDir);
  const realDir = await realpath(dir).catch(() => dir); // a missing bucket is reported later, when it is read
  const gitPath = await pathInGit(dir);
  const path = checkout === '' ? undefined : await pathBelow(checkout, { dir, realDir });
  if (path !== undefined) return { dir, realDir, path, root: 'checkout', gitPath };
  return { dir, realDir, path: gitPath ?? '', root: gitPath === undefined ? 'unknown' : 'git', gitPath };
}

async function pathInGit(dir: string): Promise<string | undefined> {
  for (const root of upwards(dir)) if (await exists(join(root, '.git'))) return slashed(relative(root, dir));
  return undefined;
}

/**
 * Returns the path of a folder relative to `root`, or undefined when the folder is not below `root`. Symlinks are
 * resolved first, so that different paths to one folder give the same result.
 */
async function pathBelow(root: string, { dir, realDir }: Pick<Bucket, 'dir' | 'realDir'>): Promise<string | undefined> {
  const written = resolve(root);
  const real = await realpath(written).catch(() => written);
  return inside(relative(real, realDir)) ?? inside(relative(written, dir));
}

function inside(path: string): string | undefined {
  return path === '..' || path.startsWith(`..${sep}`) || isAbsolute(path) ? undefined : slashed(path);
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
