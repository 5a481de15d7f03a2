/** Keeps what `post` needs after a run was killed, in the runner's temporary folder: a sealed snapshot and the token of a lock. */
import { mkdtemp, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as core from '@actions/core';
import type { RunHandover } from '../state/handover.ts';

const STATE = 'handover';

/** Keeps the newest handover in its own folder. */
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

/** Returns the handover of the run; undefined when it left none, or nothing remains to be done. */
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
