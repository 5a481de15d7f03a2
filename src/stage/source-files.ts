/**
 * Caches the digests and parsed templates of workspace files during a run. A file is hashed or parsed only once, even
 * when many workers receive it. The cached results are dropped when the file has changed, because shell hooks may
 * change files during a run.
 */
import { readFile, stat } from 'node:fs/promises';
import { mapLimit } from '../base/concurrency.ts';
import { fsPath } from '../base/file-name.ts';
import { parseTemplate, type Template } from '../template/parse/parser.ts';
import type { JobFile } from '../workspace/types.ts';
import { digestFile } from './digest.ts';
import type { TreeFile } from './tree.ts';

const FILES_AT_ONCE = 16;

export class SourceFiles {
  readonly #key: Buffer;
  /** Maps the path with symlinks resolved, and then the mode, to the digest. */
  readonly #digests = new Map<string, Map<TreeFile['mode'], Promise<string>>>();
  readonly #templates = new Map<string, Promise<Template>>();
  /**
   * Maps the path to the stamp that the file had before it was read. A different stamp means that the file has changed.
   */
  readonly #stamps = new Map<string, Promise<string>>();
  /** Maps the path to the revision at which a change of the file was last detected. */
  readonly #changes = new Map<string, number>();
  #revision = 0;

  /** Creates an empty cache; `key` is the key of the content digests. */
  constructor(key: Buffer) {
    this.#key = key;
  }

  /** The revision grows when `forgetChanged` detects changed files. */
  get revision(): number {
    return this.#revision;
  }

  digest({ sourcePath }: JobFile, mode: TreeFile['mode']): Promise<string> {
    const digests = this.#digests.get(sourcePath) ?? new Map<TreeFile['mode'], Promise<string>>();
    this.#digests.set(sourcePath, digests);
    const source = { kind: 'file', path: sourcePath } as const;
    const digest = digests.get(mode) ?? this.#read(sourcePath, () => digestFile({ key: this.#key, mode, source }));
    digests.set(mode, digest);
    return digest;
  }

  template({ path, sourcePath }: JobFile): Promise<Template> {
    const template =
      this.#templates.get(sourcePath) ??
      this.#read(sourcePath, async () => parseTemplate(path, await readFile(fsPath(sourcePath))));
    this.#templates.set(sourcePath, template);
    return template;
  }

  /** Returns whether a change of one of the files was detected after this revision. */
  changedSince(revision: number, files: readonly JobFile[]): boolean {
    if (revision === this.#revision) return false;
    return files.some(({ sourcePath }) => (this.#changes.get(sourcePath) ?? 0) > revision);
  }

  /** Checks every file that was read. Drops the cached results of files that have changed. */
  async forgetChanged(): Promise<void> {
    const known = [...this.#stamps];
    const changed = await mapLimit(
      known,
      FILES_AT_ONCE,
      async ([path, stamp]) => (await stamp) !== (await stampOf(path)),
    );
    if (!changed.includes(true)) return;
    this.#revision++;
    for (const [at, [path]] of known.entries()) {
      if (changed[at] !== true) continue;
      this.#changes.set(path, this.#revision);
      this.#digests.delete(path);
      this.#templates.delete(path);
      this.#stamps.delete(path);
    }
  }

  async #read<T>(path: string, read: () => Promise<T>): Promise<T> {
    const stamp = this.#stamps.get(path) ?? stampOf(path);
    this.#stamps.set(path, stamp);
    await stamp;
    return read();
  }
}

/** Returns the stamp of a file (device, inode, size and times), or an empty text when the file cannot be accessed. */
async function stampOf(path: string): Promise<string> {
  const found = await stat(fsPath(path), { bigint: true }).catch(() => undefined);
  return found === undefined ? '' : `${found.dev} ${found.ino} ${found.size} ${found.mtimeNs} ${found.ctimeNs}`;
}
