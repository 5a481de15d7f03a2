/** Keeps the state in one file of a folder. */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile } from '../base/durable-file.ts';
import { messageOf } from '../base/failure.ts';
import { NewerStateError, parseDocument, type StateDocument, StateFormatError } from '../state/document.ts';
import { isMeant, type Unlocking } from '../state/picture.ts';
import type { Overrides, StateLoad, StateStore } from '../state/port.ts';
import { type StopFailure, stopFailure } from '../state/stop.ts';
import { inspectFile } from './file-inspection.ts';
import { breakLock, lockFile, lookAtLock } from './file-lock.ts';

interface Paths {
  readonly path: string;
  readonly previous: string;
}

export interface FileStoreOptions {
  readonly folder: string;
  readonly environment: string;
  /** Name that the state must carry. */
  readonly name: string;
  readonly overrides?: Overrides | undefined;
}

/** State in one file of a folder: `state.json`, or `state.<environment>.json`; the document before it is kept beside it. */
export function openFileStore({ folder, environment, name, overrides = {} }: FileStoreOptions): StateStore {
  const stem = environment === 'default' ? 'state' : `state.${environment}`;
  const path = join(folder, `${stem}.json`);
  const previous = join(folder, `${stem}.previous.json`);
  const lock = join(folder, `${stem}.lock`);
  const load = () => loadFile(path, previous, name);
  let seen = NOTHING_SEEN;
  return {
    description: path,
    load: () => (overrides.acceptUnproven ? loadPrevious({ path, previous }, name) : load()),
    lock: (owner, waitMs, signal) => lockFile(lock, owner, waitMs, signal),
    save: async (document) => {
      if (overrides.acceptUnproven) return replaceDamaged(path, document);
      seen = await saveFile({ path, previous }, seen, document);
    },
    inspect: async () => ({ name, ...(await inspectFile({ path, previous, lock, load })) }),
    unlock: (word) => unlockFile(lock, word),
    guard: () => ({ line: () => undefined, forget: () => undefined }), // a lock file cannot be lost unnoticed
  };
}

async function loadFile(path: string, previous: string, name: string): Promise<StateLoad> {
  const text = await readText(path);
  if (text === undefined && (await readText(previous)) !== undefined) {
    throw stopFailure({
      code: 'state-gone',
      message: `the state ${path} is gone, the document before it is still there`,
      hint: `if nothing was deployed since, bring ${previous} back: maand state recover --reason TEXT`,
    });
  }
  if (text === undefined) return { kind: 'none' };
  const document = parseFile(text, path, previous);
  if (document.name !== name) throw otherName(path, document.name, name);
  return { kind: 'found', document };
}

/** The document before the one that is gone or damaged: what `state recover` takes. */
async function loadPrevious({ path, previous }: Paths, name: string): Promise<StateLoad> {
  await refuseNewer(path);
  const text = await readText(previous);
  if (text === undefined) {
    throw stopFailure({
      code: 'state-gone',
      message: `there is no document to bring back: ${previous} does not exist`,
      hint: 'put a backup there, or take over what is deployed with: maand state adopt',
    });
  }
  const document = parseFile(text, previous, 'a backup');
  if (document.name === name) return { kind: 'found', document };
  throw otherName(previous, document.name, name);
}

/** Damaged is what an operator may replace; what a newer version wrote is whole. */
async function refuseNewer(path: string): Promise<void> {
  const text = await readText(path);
  try {
    if (text !== undefined) parseDocument(text);
  } catch (thrown) {
    if (thrown instanceof NewerStateError) throw newerState(path, thrown);
    if (!(thrown instanceof StateFormatError)) throw thrown;
  }
}

function newerState(path: string, cause: NewerStateError): StopFailure {
  return stopFailure({
    code: 'state-newer',
    message: `cannot use the state ${path}: ${cause.message}`,
    hint: 'use the version that wrote it, or a newer one; nothing was changed',
    cause,
  });
}

function otherName(path: string, found: string, wanted: string): StopFailure {
  return stopFailure({
    code: 'state-other-name',
    message: `${path} is the state of "${found}", this bucket is "${wanted}"`,
    hint: 'use another state folder, or set state_name in maand.conf to the name of the state',
  });
}

/** What was damaged stays beside it, for whoever wants to find out why. */
async function replaceDamaged(path: string, document: StateDocument): Promise<void> {
  const aside = `${path}.damaged`;
  await replaceFile(path, `${JSON.stringify(document, null, 1)}\n`, aside).catch((thrown: unknown) => {
    throw notSaved(path, thrown);
  });
}

/** A full disk or a lost right: nothing was refused, the run failed. */
function notSaved(path: string, thrown: unknown): StopFailure {
  return stopFailure({
    code: 'state-unusable',
    message: `cannot save the state ${path}: ${messageOf(thrown)}`,
    hint: 'what was saved before is still there; make room or give the right back, then run again',
    exitCode: 1,
    cause: thrown,
  });
}

async function unlockFile(path: string, word: string): Promise<Unlocking> {
  const lock = await lookAtLock(path);
  if (!lock) return { kind: 'none', unasked: [] };
  if (!isMeant(lock, word)) return { kind: 'another', locks: [lock] };
  await breakLock(path, lock);
  return { kind: 'broken', lock, problems: [] };
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw stopFailure({
      code: 'state-unusable',
      message: `cannot read the state ${path}: ${messageOf(thrown)}`,
      hint: 'give the user of this process the right to read it, or name the folder that is meant',
      cause: thrown,
    });
  }
}

function parseFile(text: string, path: string, previous: string): StateDocument {
  try {
    return parseDocument(text);
  } catch (thrown) {
    if (!(thrown instanceof StateFormatError)) throw thrown;
    if (thrown instanceof NewerStateError) throw newerState(path, thrown);
    throw stopFailure({
      code: 'state-damaged',
      message: `cannot use the state ${path}: ${thrown.message}`,
      hint: `nothing was changed; to bring the document before it back (${previous}): maand state recover --reason TEXT`,
      cause: thrown,
    });
  }
}

/** Compare and swap under the lock: a writer that lost its lock without noticing is stopped by the serial. */
async function saveFile({ path, previous }: Paths, seen: Seen, document: StateDocument): Promise<Seen> {
  const stored = await storedSerial({ path, previous }, seen);
  if (stored !== document.serial - 1) {
    throw stopFailure({
      code: 'state-taken-over',
      message: `the state ${path} was changed by another run (serial ${stored}, expected ${document.serial - 1})`,
      hint: 'run the command again',
    });
  }
  await replaceFile(path, `${JSON.stringify(document, null, 1)}\n`, previous).catch((thrown: unknown) => {
    throw notSaved(path, thrown);
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
