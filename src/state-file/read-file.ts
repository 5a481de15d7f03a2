/**
 * Reads the document of a state in a file. A document that cannot be used stops the run, and the hint gives the
 * solution.
 */
import { readFile } from 'node:fs/promises';
import { messageOf } from '../base/failure.ts';
import type { StateDocument } from '../state/document.ts';
import { NewerStateError, StateFormatError } from '../state/formats/format-error.ts';
import { parseDocument } from '../state/formats/stored-document.ts';
import type { StateLoad } from '../state/port.ts';
import { type StopFailure, stopFailure } from '../state/stop.ts';
import type { StatePaths } from './state-paths.ts';

/**
 * Reads the document. Throws a `Failure` (exit code 3) when the document is damaged, comes from a newer version, or
 * belongs to another bucket. Also throws when it is missing although the previous document exists.
 */
export async function readStateFile({ document: path, previous }: StatePaths, name: string): Promise<StateLoad> {
  const text = await readText(path);
  if (text === undefined && (await readText(previous)) !== undefined) {
    throw stopFailure({
      code: 'state-gone',
      message: `the state ${path} is missing, but the previous document still exists`,
      hint: `if nothing was deployed since then, restore ${previous}: maand state recover --reason TEXT`,
    });
  }
  if (text === undefined) return { kind: 'none' };
  const document = await parse(text, path, previous);
  if (document.name !== name) throw otherName(path, document.name, name);
  return { kind: 'found', document };
}

/** Reads the previous document. `state recover` uses it when the current document is missing or damaged. */
export async function readPrevious({ document: path, previous }: StatePaths, name: string): Promise<StateLoad> {
  await refuseNewer(path);
  const text = await readText(previous);
  if (text === undefined) {
    throw stopFailure({
      code: 'state-gone',
      message: `there is no previous document to restore: ${previous} does not exist`,
      hint: 'put a backup there, or take over what is deployed with: maand state adopt',
    });
  }
  const document = await parse(text, previous, 'a backup');
  if (document.name === name) return { kind: 'found', document };
  throw otherName(previous, document.name, name);
}

/** Returns the serial of the stored document, or 0 when there is no document. */
export async function storedSerial({ document: path, previous }: StatePaths): Promise<number> {
  const text = await readText(path);
  return text === undefined ? 0 : (await parse(text, path, previous)).serial;
}

/**
 * Throws for a document that a newer version wrote. An operator may replace a damaged document, but this document is
 * intact.
 */
async function refuseNewer(path: string): Promise<void> {
  const text = await readText(path);
  try {
    if (text !== undefined) await parseDocument(text);
  } catch (thrown) {
    if (thrown instanceof NewerStateError) throw newerState(path, thrown);
    if (!(thrown instanceof StateFormatError)) throw thrown;
  }
}

async function parse(text: string, path: string, previous: string): Promise<StateDocument> {
  try {
    return await parseDocument(text);
  } catch (thrown) {
    if (!(thrown instanceof StateFormatError)) throw thrown;
    if (thrown instanceof NewerStateError) throw newerState(path, thrown);
    throw stopFailure({
      code: 'state-damaged',
      message: `cannot use the state ${path}: ${thrown.message}`,
      hint: `nothing was changed; to restore the previous document (${previous}): maand state recover --reason TEXT`,
      cause: thrown,
    });
  }
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw stopFailure({
      code: 'state-unusable',
      message: `cannot read the state ${path}: ${messageOf(thrown)}`,
      hint: 'allow the user of this process to read it, or give another folder with state: file:DIR',
      cause: thrown,
    });
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
