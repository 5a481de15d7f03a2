/**
 * Writes the document of a state in a file. The write is complete or has no effect, and it requires that the stored
 * document is the previous one.
 */
import { stat } from 'node:fs/promises';
import { replaceFile } from '../base/durable-file.ts';
import { messageOf } from '../base/failure.ts';
import type { StateDocument } from '../state/document.ts';
import { toStored } from '../state/formats/stored-document.ts';
import { type StopFailure, stopFailure } from '../state/stop.ts';
import { storedSerial } from './read-file.ts';
import type { StatePaths } from './state-paths.ts';

/**
 * Identity and serial of the file that this process wrote last. A file with the same identity need not be read again.
 */
export interface Written {
  readonly identity: string | undefined;
  readonly serial: number;
}

export const NOTHING_WRITTEN: Written = { identity: undefined, serial: 0 };

/** Compares serials before it writes. The comparison stops a writer that lost its lock without noticing. */
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

/** Replaces a damaged document. The damaged document is kept beside the new one for examination. */
export async function replaceDamaged({ document: path }: StatePaths, document: StateDocument): Promise<void> {
  await replace(path, document, `${path}.damaged`);
}

async function replace(path: string, document: StateDocument, aside: string): Promise<void> {
  await replaceFile(path, `${JSON.stringify(toStored(document), null, 1)}\n`, aside).catch((thrown: unknown) => {
    throw notSaved(path, thrown);
  });
}

/**
 * Returns the failure of a write, for example when the disk is full. The exit code shows a failed run, not a refusal.
 */
function notSaved(path: string, thrown: unknown): StopFailure {
  return stopFailure({
    code: 'state-unusable',
    message: `cannot save the state ${path}: ${messageOf(thrown)}`,
    hint: 'the last saved state still exists; free disk space or restore the permissions, then run again',
    exitCode: 1,
    cause: thrown,
  });
}

async function identityOf(path: string): Promise<string | undefined> {
  // without an identity, the file is read in full, and that read reports the error
  const entry = await stat(path, { bigint: true }).catch(() => undefined);
  return entry && [entry.dev, entry.ino, entry.size, entry.mtimeNs].join(' ');
}
