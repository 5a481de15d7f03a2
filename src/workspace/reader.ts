/**
 * Reads the files of a bucket. All reads go through a `BucketReader`, which limits how many reads run at once. Symlinks
 * that lead out of the bucket are not followed, and pipes and devices are not opened. Each read file is added to the
 * digest. Errors of the file system are not thrown; such errors are returned as values with a readable reason.
 */
import { createHash } from 'node:crypto';
import { createReadStream, type Dirent, type Stats } from 'node:fs';
import { lstat, readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { Turnstile } from '../base/concurrency.ts';
import { messageOf } from '../base/failure.ts';
import { fsPath, nameBytes, nameOf } from '../base/file-name.ts';
import { compareText } from '../base/order.ts';
import type { Bucket } from './bucket.ts';

const AT_ONCE = 16;
const LARGEST_DOCUMENT_BYTES = 4 * 1024 * 1024;
const STREAMED_FROM_BYTES = 1024 * 1024;

/** The result of one file system call. */
export type Attempt<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'missing' }
  | { readonly kind: 'refused'; readonly reason: string };

/** A regular file that was already found inside the bucket. */
export interface KnownFile {
  /** The path relative to the bucket. */
  readonly path: string;
  /** The absolute path. */
  readonly sourcePath: string;
  readonly executable: boolean;
  readonly sizeBytes: number;
}

export class BucketReader {
  readonly bucket: Bucket;
  readonly #turnstile = new Turnstile(AT_ONCE);
  readonly #digested = new Map<string, string>();

  constructor(bucket: Bucket) {
    this.bucket = bucket;
  }

  /** Returns the bytes of a file of at most 4 MiB. A symlink is followed only when its target is inside the bucket. */
  async readDocument(path: string): Promise<Attempt<Uint8Array>> {
    const real = await this.attempt(() => realpath(join(this.bucket.dir, path)));
    if (real.kind === 'refused') return real;
    if (real.kind === 'missing') {
      const found = await this.look(path);
      return found.kind === 'done' ? { kind: 'refused', reason: 'it is a symlink that points nowhere' } : found;
    }
    if (!isBelow(real.value, this.bucket.realDir)) {
      return { kind: 'refused', reason: 'it leads out of the bucket' };
    }
    const stats = await this.attempt(() => stat(real.value));
    if (stats.kind !== 'done') return stats;
    if (!stats.value.isFile()) return { kind: 'refused', reason: 'it is not a regular file' };
    return this.readKnown({ path, sourcePath: real.value, ...shapeOf(stats.value) });
  }

  /** Returns the bytes of a file of at most 4 MiB. */
  async readKnown(file: KnownFile): Promise<Attempt<Uint8Array>> {
    if (file.sizeBytes > LARGEST_DOCUMENT_BYTES) return { kind: 'refused', reason: 'it is larger than 4 MiB' };
    const read = await this.attempt(() => readFile(fsPath(file.sourcePath)));
    if (read.kind === 'done')
      this.#count(file, read.value.length, createHash('sha256').update(read.value).digest('hex'));
    return read;
  }

  /** Adds a file to the digest. A large file is streamed, so that it needs little memory. */
  async digestFile(file: KnownFile): Promise<Attempt<void>> {
    const hashed = await this.attempt(() => hashOf(file));
    if (hashed.kind !== 'done') return hashed;
    this.#count(file, hashed.value.sizeBytes, hashed.value.hash);
    return { kind: 'done', value: undefined };
  }

  /** Adds an empty folder to the digest. */
  digestFolder(path: string): void {
    this.#digested.set(path, 'folder');
  }

  /**
   * Returns the SHA-256 digest of everything that was added so far, sorted by path. The digest covers the path,
   * executable bit, length and content of each file.
   */
  digest(): string {
    const whole = createHash('sha256');
    for (const path of [...this.#digested.keys()].sort(compareText)) {
      whole.update(nameBytes(path)).update(`\0${this.#digested.get(path)}\0`);
    }
    return whole.digest('hex');
  }

  /** Returns the stats of a path of the bucket. A symlink is not followed. */
  look(path: string): Promise<Attempt<Stats>> {
    return this.attempt(() => lstat(fsPath(join(this.bucket.dir, path))));
  }

  /** Returns the entries of a folder of the bucket, sorted by name. */
  async list(path: string): Promise<Attempt<readonly FolderEntry[]>> {
    const folder = fsPath(join(this.bucket.dir, path));
    const listed = await this.attempt(() => readdir(folder, { withFileTypes: true, encoding: 'buffer' }));
    if (listed.kind !== 'done') return listed;
    const entries = listed.value.map((entry): FolderEntry => ({ name: nameOf(entry.name), kind: kindOf(entry) }));
    return { kind: 'done', value: entries.sort((a, b) => compareText(a.name, b.name)) };
  }

  /** Returns the entries of a folder; none when the folder is missing, unreadable, or leads out of the bucket. */
  async listInside(path: string): Promise<readonly FolderEntry[]> {
    const { dir, realDir } = this.bucket;
    const real = await this.attempt(() => realpath(join(dir, path)));
    if (real.kind !== 'done' || !(real.value === realDir || isBelow(real.value, realDir))) return [];
    const listed = await this.list(path);
    return listed.kind === 'done' ? listed.value : [];
  }

  /** Makes one file system call. Waits while 16 calls are already running. */
  attempt<T>(call: () => Promise<T>): Promise<Attempt<T>> {
    return this.#turnstile.run(async () => {
      try {
        return { kind: 'done', value: await call() };
      } catch (thrown) {
        return isMissing(thrown) ? { kind: 'missing' } : { kind: 'refused', reason: reasonOf(thrown) };
      }
    });
  }

  #count(file: KnownFile, sizeBytes: number, hash: string): void {
    this.#digested.set(file.path, `${file.executable ? 'x' : '-'} ${sizeBytes} ${hash}`);
  }
}

/** Returns the size and the executable bit of a regular file. */
export function shapeOf(stats: Stats): Pick<KnownFile, 'executable' | 'sizeBytes'> {
  return { executable: (stats.mode & 0o100) !== 0, sizeBytes: stats.size };
}

/** An entry of a folder. A symlink is not followed; its kind is `link`. */
export interface FolderEntry {
  /** The name, with bytes that are not valid UTF-8 encoded as in `base/file-name.ts`. */
  readonly name: string;
  readonly kind: 'file' | 'folder' | 'link' | 'other';
}

function kindOf(entry: Dirent<Buffer>): FolderEntry['kind'] {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'folder';
  return entry.isSymbolicLink() ? 'link' : 'other';
}

/** Returns whether `path` is below `folder`. Both paths must be absolute, with symlinks resolved. */
export function isBelow(path: string, folder: string): boolean {
  return path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

async function hashOf({ sourcePath, sizeBytes }: KnownFile): Promise<{ hash: string; sizeBytes: number }> {
  const hash = createHash('sha256');
  if (sizeBytes < STREAMED_FROM_BYTES) {
    const bytes = await readFile(fsPath(sourcePath));
    return { hash: hash.update(bytes).digest('hex'), sizeBytes: bytes.length };
  }
  let read = 0;
  for await (const chunk of createReadStream(fsPath(sourcePath)) as AsyncIterable<Uint8Array>) {
    hash.update(chunk);
    read += chunk.length;
  }
  return { hash: hash.digest('hex'), sizeBytes: read };
}

function isMissing(thrown: unknown): boolean {
  return thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT';
}

/** Shortens an error message: `EACCES: permission denied, open '/abs/path'` becomes `permission denied (EACCES)`. */
function reasonOf(thrown: unknown): string {
  const [whole, code, words] = /^([A-Z0-9]+): ([^,]+),/.exec(messageOf(thrown)) ?? [];
  return whole === undefined ? messageOf(thrown) : `${words} (${code})`;
}
