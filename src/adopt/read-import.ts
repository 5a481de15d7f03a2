/** Reads the file of `--import`, and the key that opens secrets from the maand CLI. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../base/failure.ts';
import { createSecretBox } from '../kv/secrets.ts';
import type { StateDocument } from '../state/document.ts';
import { stopFailure } from '../state/stop.ts';
import { type Boxes, parseImported, withImported } from './imported.ts';

const KV_KEY_BYTES = 32;

export interface ImportFile {
  /** Absolute path. */
  readonly path: string;
  /** The path as the user typed it, for messages. */
  readonly shown: string;
}

/** Adds ports and KV of a file to a state. */
export type Import = (base: StateDocument, nowSeconds: number) => StateDocument;

/**
 * Reads the file and returns a function that imports its data. Throws a `Failure` (exit code 2) when the file cannot be
 * read or is malformed. The returned function throws a `Failure` when a secret cannot be opened.
 */
export async function readImport(file: ImportFile | undefined, boxes: Boxes): Promise<Import> {
  if (file === undefined) return (base) => base;
  try {
    const imported = parseImported(await readFile(file.path, 'utf8'));
    return (base, nowSeconds) => orRefused(file, () => withImported(base, { imported, boxes, nowSeconds }));
  } catch (thrown) {
    throw importFailure(file, thrown);
  }
}

/**
 * Returns the box for secrets of the maand CLI, or `undefined` when its key is missing or malformed. The import throws
 * when it needs a missing key.
 */
export async function readForeignKey(bucketDir: string): Promise<Boxes['foreign']> {
  const key = await readFile(join(bucketDir, 'secrets', 'kv.key')).catch(() => undefined);
  return key?.length === KV_KEY_BYTES ? createSecretBox([key]) : undefined;
}

function orRefused<T>(file: ImportFile, work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    throw importFailure(file, thrown);
  }
}

function importFailure({ shown }: ImportFile, thrown: unknown) {
  return stopFailure({
    code: 'state-not-adopted',
    message: `cannot import ${shown}: ${messageOf(thrown)}`,
    hint: 'correct the file, and run it again; nothing was changed',
    exitCode: 2,
    cause: thrown,
  });
}
