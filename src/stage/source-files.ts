/**
 * Caches what this run made of files of the workspace: each file is hashed or parsed once, however many workers get it,
 * until the file is found to have changed. Shell hooks may write such files during a run.
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
  /** Maps the path that is read (several symlinks may lead to one file) and the mode to the digest. */
  readonly #digests = new Map<string, Map<TreeFile['mode'], Promise<string>>>();
  readonly #templates = new Map<string, Promise<Template>>();
  /** Maps the path to the file's stamp from before it was read; another stamp means that the file has changed. */
  readonly #stamps = new Map<string, Promise<string>>();
  /** Maps the path to the revision at which the file was found to have changed. */
  readonly #changes = new Map<string, number>();
  #revision = 0;

  /** Creates an empty cache; `key` is the key of the content digests. */
  constructor(key: Buffer) {
    this.#key = key;
  }

  /** Grows when files are found to have changed. */
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

  /** Returns whether one of the files was found to have changed after this revision. */
  changedSince(revision: number, files: readonly JobFile[]): boolean {
    if (revision === this.#revision) return false;
    return files.some(({ sourcePath }) => (this.#changes.get(sourcePath) ?? 0) > revision);
  }

  /** Checks every file that was read, and drops the cached results of files that have changed since. */
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

/** Returns the stamp of a file: empty when the file cannot be accessed. */
async function stampOf(path: string): Promise<string> {
  const found = await stat(fsPath(path), { bigint: true }).catch(() => undefined);
  return found === undefined ? '' : `${found.dev} ${found.ino} ${found.size} ${found.mtimeNs} ${found.ctimeNs}`;
}
