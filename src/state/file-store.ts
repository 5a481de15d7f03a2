import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile } from '../base/durable-file.ts';
import { Failure, messageOf } from '../base/failure.ts';
import { parseDocument, type StateDocument, StateFormatError } from './document.ts';
import { lockFile } from './file-lock.ts';
import type { StateLoad, StateStore } from './port.ts';

interface Paths {
  readonly path: string;
  readonly previous: string;
}

export interface FileStoreOptions {
  readonly folder: string;
  readonly environment: string;
  /** Name that the state must carry. */
  readonly name: string;
}

/** State in one file of a folder: `state.json`, or `state.<environment>.json`; the document before it is kept beside it. */
export function openFileStore({ folder, environment, name }: FileStoreOptions): StateStore {
  const stem = environment === 'default' ? 'state' : `state.${environment}`;
  const path = join(folder, `${stem}.json`);
  const previous = join(folder, `${stem}.previous.json`);
  let seen = NOTHING_SEEN;
  return {
    description: path,
    load: () => loadFile(path, previous, name),
    lock: (owner, waitMs, signal) => lockFile(join(folder, `${stem}.lock`), owner, waitMs, signal),
    save: async (document) => {
      seen = await saveFile({ path, previous }, seen, document);
    },
    guard: () => ({ line: () => undefined, forget: () => undefined }), // a lock file cannot be lost unnoticed
  };
}

async function loadFile(path: string, previous: string, name: string): Promise<StateLoad> {
  const text = await readText(path);
  if (text === undefined && (await readText(previous)) !== undefined) {
    throw new Failure(`the state ${path} is gone, the document before it is still there`, {
      exitCode: 3,
      hint: `if nothing was deployed since, put it back: cp ${previous} ${path}`,
    });
  }
  if (text === undefined) return { kind: 'none' };
  const document = parseFile(text, path, previous);
  if (document.name !== name) {
    throw new Failure(`${path} is the state of "${document.name}", this bucket is "${name}"`, {
      exitCode: 3,
      hint: 'use another state folder, or set state_name in maand.conf to the name of the state',
    });
  }
  return { kind: 'found', document };
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Failure(`cannot read the state ${path}: ${messageOf(thrown)}`, { exitCode: 3, cause: thrown });
  }
}

function parseFile(text: string, path: string, previous: string): StateDocument {
  try {
    return parseDocument(text);
  } catch (thrown) {
    if (!(thrown instanceof StateFormatError)) throw thrown;
    throw new Failure(`cannot use the state ${path}: ${thrown.message}`, {
      exitCode: 3,
      hint: `the document before it is ${previous}; nothing was changed`,
      cause: thrown,
    });
  }
}

/** Compare and swap under the lock: a writer that lost its lock without noticing is stopped by the serial. */
async function saveFile({ path, previous }: Paths, seen: Seen, document: StateDocument): Promise<Seen> {
  const stored = await storedSerial({ path, previous }, seen);
  if (stored !== document.serial - 1) {
    throw new Failure(
      `the state ${path} was changed by another run (serial ${stored}, expected ${document.serial - 1})`,
      {
        exitCode: 3,
        hint: 'run the command again',
      },
    );
  }
  await replaceFile(path, `${JSON.stringify(document, null, 1)}\n`, previous).catch((thrown: unknown) => {
    throw new Failure(`cannot save the state ${path}: ${messageOf(thrown)}`, { exitCode: 1, cause: thrown });
  });
  return { identity: await identityOf(path), serial: document.serial };
}

/** What this process wrote last; a file that is still that very one need not be read again. */
interface Seen {
  readonly identity: string | undefined;
  readonly serial: number;
}

const NOTHING_SEEN: Seen = { identity: undefined, serial: 0 };

async function storedSerial({ path, previous }: Paths, seen: Seen): Promise<number> {
  if (seen.identity !== undefined && seen.identity === (await identityOf(path))) return seen.serial;
  const text = await readText(path);
  return text === undefined ? 0 : parseFile(text, path, previous).serial;
}

async function identityOf(path: string): Promise<string | undefined> {
  const entry = await stat(path, { bigint: true }).catch(() => undefined); // read in full then, with the error in words
  return entry && [entry.dev, entry.ino, entry.size, entry.mtimeNs].join(' ');
}
