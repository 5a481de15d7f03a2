/**
 * Files of the workspace as this run has read them: each is hashed or parsed once, however many workers get it, until it is
 * found to have changed. Shell hooks of a run may write such files.
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
  /** Source path → what the file is made into: by what is read, not by name, since several links may lead to one file. */
  readonly #digests = new Map<string, Map<TreeFile['mode'], Promise<string>>>();
  readonly #templates = new Map<string, Promise<Template>>();
  /** Source path → what tells that the file has changed, asked before it was read. */
  readonly #stamps = new Map<string, Promise<string>>();
  /** Source path → the revision in which it was found to have changed. */
  readonly #changes = new Map<string, number>();
  #revision = 0;

  /** `key`: the key of the content digests. */
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

  /** Whether one of the files was found to have changed after this revision. */
  changedSince(revision: number, files: readonly JobFile[]): boolean {
    if (revision === this.#revision) return false;
    return files.some(({ sourcePath }) => (this.#changes.get(sourcePath) ?? 0) > revision);
  }

  /** Looks at every file that was read, and forgets what was made of those that have changed since. */
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

/** Empty for a file that cannot be looked at. */
async function stampOf(path: string): Promise<string> {
  const found = await stat(fsPath(path), { bigint: true }).catch(() => undefined);
  return found === undefined ? '' : `${found.dev} ${found.ino} ${found.size} ${found.mtimeNs} ${found.ctimeNs}`;
}
