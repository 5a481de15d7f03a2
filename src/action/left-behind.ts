/**
 * Records the folders that a run made on the runner. The step `post` reads the record, because it also runs after a crash or
 * a kill.
 */
import { rm } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import * as core from '@actions/core';

const STATE = 'folders';

export class LeftBehind {
  readonly #folders: string[] = [];

  add(folder: string): void {
    this.#folders.push(folder);
    core.saveState(STATE, JSON.stringify(this.#folders));
  }
}

/**
 * Removes the recorded folders. A folder is removed only when it is a folder of this action directly below `temporaryFolder`.
 * Returns the removed folders.
 */
export async function removeLeftBehind(temporaryFolder: string): Promise<string[]> {
  const folders = savedFolders().filter((folder) => isOurs(folder, temporaryFolder));
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
  return folders;
}

function savedFolders(): string[] {
  const saved = core.getState(STATE);
  const folders: unknown = saved === '' ? [] : JSON.parse(saved);
  return Array.isArray(folders) ? folders.filter((folder) => typeof folder === 'string') : [];
}

function isOurs(folder: string, temporaryFolder: string): boolean {
  return dirname(resolve(folder)) === resolve(temporaryFolder) && basename(folder).startsWith('maand-');
}
