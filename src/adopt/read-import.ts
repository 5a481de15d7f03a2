/** The file of `--import`, and the key that opens secrets which the maand CLI sealed. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../base/failure.ts';
import { createSecretBox } from '../kv/secrets.ts';
import type { StateDocument } from '../state/document.ts';
import { stopFailure } from '../state/stop.ts';
import { type Boxes, parseImported, withImported } from './imported.ts';

const KV_KEY_BYTES = 32;

export interface ImportFile {
  /** Absolute. */
  readonly path: string;
  /** As it was typed: what messages call it. */
  readonly shown: string;
}

/** Puts ports and KV of a file into a state. */
export type Import = (base: StateDocument, nowSeconds: number) => StateDocument;

/** Throws a `Failure` (exit code 2) for a file that cannot be read or makes no sense; the import throws one for a secret that does not open. */
export async function readImport(file: ImportFile | undefined, boxes: Boxes): Promise<Import> {
  if (file === undefined) return (base) => base;
  try {
    const imported = parseImported(await readFile(file.path, 'utf8'));
    return (base, nowSeconds) => orRefused(file, () => withImported(base, { imported, boxes, nowSeconds }));
  } catch (thrown) {
    throw importFailure(file, thrown);
  }
}

/** Undefined: there is no such key. Whoever needs it then says so. */
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
