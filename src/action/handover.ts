/** What `post` must still do for a run that was killed, kept in the runner's temporary folder: a sealed snapshot and a lock's token. */
import { mkdtemp, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as core from '@actions/core';
import type { RunHandover } from '../state/handover.ts';

const STATE = 'handover';

/** Keeps the newest handover in a folder of its own. */
export class HandoverFile {
  readonly #parent: string;
  readonly #onFolder: (folder: string) => void;
  #folder: Promise<string> | undefined;

  constructor(parent: string, onFolder: (folder: string) => void) {
    this.#parent = parent;
    this.#onFolder = onFolder;
  }

  /** Whole or not at all: a run may die at any time. */
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

/** The handover of the run before; undefined when there was none, or nothing is left to do. */
export async function readHandover(): Promise<RunHandover | undefined> {
  const folder = core.getState(STATE);
  if (folder === '') return undefined;
  const text = await readFile(join(folder, 'handover.json'), 'utf8').catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code === 'ENOENT') return undefined; // it died before it had anything to hand over
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
