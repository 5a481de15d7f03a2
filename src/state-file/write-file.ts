/** Writes the document of a state in a file: completely, and only when the stored document is the previous one. */
import { stat } from 'node:fs/promises';
import { replaceFile } from '../base/durable-file.ts';
import { messageOf } from '../base/failure.ts';
import type { StateDocument } from '../state/document.ts';
import { toStored } from '../state/formats/stored-document.ts';
import { type StopFailure, stopFailure } from '../state/stop.ts';
import { storedSerial } from './read-file.ts';
import type { StatePaths } from './state-paths.ts';

/** What this process wrote last. A file that has not changed since need not be read again. */
export interface Written {
  readonly identity: string | undefined;
  readonly serial: number;
}

export const NOTHING_WRITTEN: Written = { identity: undefined, serial: 0 };

/** Compares and swaps under the lock: the serial stops a writer that lost its lock without noticing. */
export async function writeState(paths: StatePaths, last: Written, document: StateDocument): Promise<Written> {
  const { document: path, previous } = paths;
  const isOurs = last.identity !== undefined && last.identity === (await identityOf(path));
  const stored = isOurs ? last.serial : await storedSerial(paths);
  if (stored !== document.serial - 1) {
    throw stopFailure({
      code: 'state-taken-over',
      message: `the state ${path} was changed by another run (serial ${stored}, expected ${document.serial - 1})`,
      hint: 'run the command again',
    });
  }
  await replace(path, document, previous);
  return { identity: await identityOf(path), serial: document.serial };
}

/** Replaces a damaged document, which stays beside the new one for examination. */
export async function replaceDamaged({ document: path }: StatePaths, document: StateDocument): Promise<void> {
  await replace(path, document, `${path}.damaged`);
}

async function replace(path: string, document: StateDocument, aside: string): Promise<void> {
  await replaceFile(path, `${JSON.stringify(toStored(document), null, 1)}\n`, aside).catch((thrown: unknown) => {
    throw notSaved(path, thrown);
  });
}

/** Makes the failure of a write, for example when the disk is full. The run failed; it was not refused. */
function notSaved(path: string, thrown: unknown): StopFailure {
  return stopFailure({
    code: 'state-unusable',
    message: `cannot save the state ${path}: ${messageOf(thrown)}`,
    hint: 'what was saved before is still there; make room or give the right back, then run again',
    exitCode: 1,
    cause: thrown,
  });
}

async function identityOf(path: string): Promise<string | undefined> {
  const entry = await stat(path, { bigint: true }).catch(() => undefined); // the file is then read in full, which reports the error
  return entry && [entry.dev, entry.ino, entry.size, entry.mtimeNs].join(' ');
}
