/**
 * A small bucket in memory-backed storage. Tests break and repair it thousands of times. Canary files outside of the bucket
 * show access to the outside.
 */
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/** A text in every file outside of the bucket. A test that finds this text in a message has found a quote of such a file. */
export const CANARY = 'canary7f3a';

/** The things that can replace a file or folder. */
export const PLACED = [
  'nothing',
  'an empty folder',
  'a folder with a file',
  'a pipe',
  'a link to a file outside',
  'a link to a folder outside',
  'a link to a pipe outside',
  'a link to a device',
  'a link to nowhere',
  'a link to itself',
  'a link to the bucket',
  'an empty file',
] as const;
export type Placed = (typeof PLACED)[number];

/** Targets of links, relative to the folder with the canaries. */
const LINKS: Partial<Record<Placed, string>> = {
  'a link to a file outside': 'file',
  'a link to a folder outside': 'folder',
  'a link to a pipe outside': 'pipe',
  'a link to a device': '/dev/zero',
  'a link to nowhere': 'nowhere',
  'a link to the bucket': '../bucket',
};

const LONG_AGO = new Date(1_000_000_000_000);
const AFTER_THAT = new Date(1_000_000_100_000);

export class MutableBucket {
  readonly dir: string;
  readonly #root: string;
  readonly #outside: string;
  readonly #originals: ReadonlyMap<string, Buffer>;

  /** Creates the bucket. `files` are all its files, by path. */
  constructor(files: Readonly<Record<string, string>>) {
    this.#root = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'maand-mutations-'));
    this.dir = join(this.#root, 'bucket');
    this.#outside = join(this.#root, 'outside');
    this.#originals = new Map(Object.entries(files).map(([path, text]) => [path, Buffer.from(text)]));
    mkdirSync(join(this.dir, '.git'), { recursive: true });
    mkdirSync(join(this.#outside, 'folder'), { recursive: true });
    for (const canary of this.#canaries()) writeFileSync(canary, `{"${CANARY}":"${CANARY}"}\n${CANARY} = ${CANARY}\n`);
    execFileSync('mkfifo', [join(this.#outside, 'pipe')]);
    this.mend('');
    this.#arm();
  }

  original(path: string): Buffer {
    return this.#originals.get(path) ?? Buffer.alloc(0);
  }

  /** Writes a file of the bucket and replaces what was there. The path may be bytes that are not valid text. */
  write(path: string | Buffer, content: string | Uint8Array): void {
    const dir = Buffer.from(`${this.dir}/`);
    const full = Buffer.concat([dir, Buffer.from(path)]);
    mkdirSync(full.subarray(0, full.lastIndexOf('/')), { recursive: true });
    writeFileSync(full, content);
  }

  /** Replaces a path by something else. */
  place(path: string, what: Placed): void {
    const full = join(this.dir, path);
    rmSync(full, { recursive: true, force: true });
    mkdirSync(dirname(full), { recursive: true });
    const link = LINKS[what];
    if (link !== undefined) symlinkSync(resolve(this.#outside, link), full);
    else if (what === 'a link to itself') symlinkSync(full, full);
    else if (what === 'a pipe') linkSync(join(this.#outside, 'pipe'), full);
    else if (what === 'an empty file') writeFileSync(full, '');
    else if (what !== 'nothing') mkdirSync(full);
    if (what === 'a folder with a file') writeFileSync(join(full, 'manifest.json'), '{}');
  }

  remove(path: string | Buffer): void {
    rmSync(Buffer.concat([Buffer.from(`${this.dir}/`), Buffer.from(path)]), { recursive: true, force: true });
  }

  /** Restores a path and everything below it. An empty path restores the whole bucket. */
  mend(path: string): void {
    rmSync(join(this.dir, path), { recursive: true, force: true });
    for (const [file, content] of this.#originals) {
      if (file === path || path === '' || file.startsWith(`${path}/`)) this.write(file, content);
    }
  }

  /** Returns the canaries that were read or written since the bucket was made. */
  disturbed(): string[] {
    const folder = [join(this.#outside, 'folder'), this.#outside];
    return [...this.#canaries(), ...folder].filter((path) => {
      const { atimeMs, mtimeMs } = statSync(path);
      return atimeMs !== LONG_AGO.getTime() || mtimeMs !== AFTER_THAT.getTime();
    });
  }

  /** Returns whether this file system records that a file was read. Without that, `disturbed` detects only writes. */
  notesReading(): boolean {
    const path = join(this.#root, 'control');
    writeFileSync(path, 'x');
    utimesSync(path, LONG_AGO, AFTER_THAT);
    readFileSync(path);
    return statSync(path).atimeMs !== LONG_AGO.getTime();
  }

  [Symbol.dispose](): void {
    rmSync(this.#root, { recursive: true, force: true });
  }

  #canaries(): string[] {
    return ['file', 'folder/manifest.json', 'folder/hook_x.py'].map((path) => join(this.#outside, path));
  }

  /** Sets a read time before the change time, so that the file system records the next read. */
  #arm(): void {
    for (const path of [...this.#canaries(), join(this.#outside, 'folder'), this.#outside]) {
      utimesSync(path, LONG_AGO, AFTER_THAT);
    }
  }
}
