/**
 * Keeps the data that `post` needs after a run was killed: a sealed snapshot and the token of a lock. The data is in the
 * runner's temporary folder.
 */
import { mkdtemp, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as core from '@actions/core';
import type { RunHandover } from '../state/handover.ts';

const STATE = 'handover';

/** Keeps the newest handover in a folder that belongs only to it. */
export class HandoverFile {
  readonly #parent: string;
  readonly #onFolder: (folder: string) => void;
  #folder: Promise<string> | undefined;

  constructor(parent: string, onFolder: (folder: string) => void) {
    this.#parent = parent;
    this.#onFolder = onFolder;
  }

  /** Writes the handover atomically, because the run may be killed at any time. */
  async keep({ sealed, ...rest }: RunHandover): Promise<void> {
    this.#folder ??= this.#make();
    const folder = await this.#folder;
    const copy = sealed && { ...sealed, bytes: sealed.bytes.toString('base64') };
    const path = join(folder, 'handover.json');
    await writeFile(`${path}.new`, JSON.stringify({ ...rest, sealed: copy }), { mode: 0o600 });
    await rename(`${path}.new`, path);
  }

  async #make(): Promise<string> {
    const folder = await mkdtemp(join(this.#parent, 'maand-handover-'));
    this.#onFolder(folder);
    core.saveState(STATE, folder);
    return folder;
  }
}

/** Returns the handover of the run. Returns undefined when the run left no handover, or when `post` has nothing to do. */
export async function readHandover(): Promise<RunHandover | undefined> {
  const folder = core.getState(STATE);
  if (folder === '') return undefined;
  const text = await readFile(join(folder, 'handover.json'), 'utf8').catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code === 'ENOENT') return undefined; // the run was killed before it wrote a handover
    throw thrown;
  });
  if (text === undefined) return undefined;
  const kept = JSON.parse(text);
  const handover: RunHandover = {
    ...kept,
    sealed: kept.sealed && { ...kept.sealed, bytes: Buffer.from(kept.sealed.bytes, 'base64') },
  };
  return handover.done ? undefined : handover;
}
