/**
 * Parses the answer to `treesScript` into the digests of the delivered files of each job. Memory use does not depend on
 * the size of the files.
 */
import { compareText } from '../base/order.ts';
import { fileDigests, openDigest, treeHash } from '../stage/digest.ts';
import { isDelivered } from '../stage/tree.ts';
import type { TreeFiles } from '../state/document.ts';
import { BlobReader } from './blob-reader.ts';

export interface DeliveredTree {
  readonly hash: string;
  readonly files: TreeFiles;
  /**
   * Version in the `manifest.json` of the job. The maand CLI delivers this file. Undefined when the file is missing.
   */
  readonly version: string | undefined;
}

export interface TreesInput {
  /** Key of the content digests. */
  readonly key: Buffer;
  /** Returns the mode that is recorded for a file. */
  readonly modeOf: (file: { readonly job: string; readonly path: string; readonly mode: number }) => number;
}

/** Folders that running programs create below a job. These folders are never delivered. */
const MADE_THERE = /(?:^|\/)(?:__pycache__|node_modules|\.?venv)(?:\/|$)/;

interface Growing {
  readonly files: { readonly path: string; readonly digest: string }[];
  readonly folders: string[];
  readonly manifest: Buffer[];
}

/** Receives the lines of the answer one by one. */
export class TreesReader {
  readonly #input: TreesInput;
  readonly #jobs = new Map<string, Growing>();
  #job = '';
  #blob: BlobReader | undefined;
  #onEnd: () => void = () => {};
  #ended = false;

  constructor(input: TreesInput) {
    this.#input = input;
  }

  take(line: string): void {
    if (this.#blob) {
      if (this.#blob.take(line) === 'more') return;
      this.#blob = undefined;
      this.#onEnd();
      return;
    }
    const [, word = '', rest = ''] = /^(\S+) ?(.*)$/s.exec(line) ?? [];
    const job = this.#jobs.get(this.#job);
    if (word === 'job') this.#begin(rest);
    else if (word === 'end') this.#ended = true;
    else if (word === 'dir' && job) job.folders.push(cleanPath(rest));
    else if (word === 'manifest' && job)
      this.#read(
        (bytes) => void job.manifest.push(bytes),
        () => {},
      );
    else if (word === 'file' && job) this.#readFile(job, rest);
    else throw new RangeError('a file name there holds a line break, or its answer is not whole');
  }

  /** Returns the trees by job. Throws a `RangeError` when the answer is incomplete. */
  finish(): ReadonlyMap<string, DeliveredTree> {
    if (!this.#ended) throw new RangeError('its answer is not whole');
    return new Map([...this.#jobs].map(([job, growing]) => [job, this.#assemble(growing)]));
  }

  #begin(job: string): void {
    this.#job = job;
    this.#jobs.set(job, { files: [], folders: [], manifest: [] });
  }

  #readFile(job: Growing, rest: string): void {
    const [octal = '', ...words] = rest.split(' ');
    const path = cleanPath(words.join(' '));
    const mode = this.#input.modeOf({ job: this.#job, path, mode: Number.parseInt(octal, 8) });
    const digest = openDigest(this.#input.key, mode);
    this.#read(digest.take, () => {
      if (!MADE_THERE.test(path)) job.files.push({ path, digest: digest.finish() });
    });
  }

  #read(onBytes: (bytes: Buffer) => void, onEnd: () => void): void {
    this.#blob = new BlobReader(onBytes);
    this.#onEnd = onEnd;
  }

  #assemble({ files, folders, manifest }: Growing): DeliveredTree {
    const sorted = files.filter(({ path }) => isDelivered(path)).sort((a, b) => compareText(a.path, b.path));
    const holders = [...sorted.map(({ path }) => path), ...folders];
    const emptyFolders = folders
      .filter((folder) => !MADE_THERE.test(folder) && !holders.some((path) => path.startsWith(`${folder}/`)))
      .sort(compareText);
    return {
      hash: treeHash(this.#input.key, sorted, emptyFolders),
      files: fileDigests({ files: sorted, emptyFolders }),
      version: versionIn(manifest),
    };
  }
}

const cleanPath = (path: string): string => path.replace(/^\.\//, '');

function versionIn(manifest: readonly Buffer[]): string | undefined {
  if (manifest.length === 0) return undefined;
  try {
    const { version } = JSON.parse(Buffer.concat(manifest).toString('utf8')) as { readonly version?: unknown };
    return typeof version === 'string' && version.trim() !== '' ? version.trim() : undefined;
  } catch {
    return undefined; // the file is not JSON, so the version comes from the workspace
  }
}
