/**
 * Shows an operator a state in a file: the document, the previous document, and the lock. The operator may also break
 * the lock.
 */
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { messageOf } from '../base/failure.ts';
import { StateFormatError } from '../state/formats/format-error.ts';
import { parseDocument } from '../state/formats/stored-document.ts';
import { isMeant, type LockPicture, type StateCopy, type StateVerdict, type Unlocking } from '../state/picture.ts';
import type { StateInspector } from '../state/port.ts';
import { StopFailure } from '../state/stop.ts';
import { breakLock } from './file-lock.ts';
import type { FilePlace } from './file-store.ts';
import { readRecord } from './lock-record.ts';
import { readStateFile } from './read-file.ts';
import { type StatePaths, statePaths } from './state-paths.ts';

export function openFileInspector({ folder, environment, name }: FilePlace): StateInspector {
  const paths = statePaths(folder, environment);
  return {
    inspect: async () => {
      const copies = [await lookAtCopy(paths.document), await lookAtCopy(paths.previous)];
      const lock = await lookAtLock(paths.lock);
      return { name, copies, locks: lock ? [lock] : [], verdict: await judge(paths, name) };
    },
    unlock: (word) => unlockFile(paths.lock, word),
  };
}

async function unlockFile(path: string, word: string): Promise<Unlocking> {
  const lock = await lookAtLock(path);
  if (!lock) return { kind: 'none', unasked: [] };
  if (!isMeant(lock, word)) return { kind: 'another', locks: [lock] };
  await breakLock(path, lock.token);
  return { kind: 'broken', lock, problems: [] };
}

async function lookAtLock(path: string): Promise<LockPicture | undefined> {
  const record = await readRecord(path);
  if (record === undefined) return undefined;
  const { token, runId, command, actor, url, at } = record;
  return { where: [path], token, runId, command, actor, url, since: at };
}

async function judge(paths: StatePaths, name: string): Promise<StateVerdict> {
  try {
    const loaded = await readStateFile(paths, name);
    return loaded.kind === 'none' ? loaded : { kind: 'proven', document: loaded.document };
  } catch (thrown) {
    if (!(thrown instanceof StopFailure)) throw thrown;
    const { code, message, hint } = thrown;
    return { kind: 'stopped', code, message, hint, document: undefined };
  }
}

async function lookAtCopy(where: string): Promise<StateCopy> {
  let bytes: Buffer;
  try {
    bytes = await readFile(where);
  } catch (thrown) {
    const missing = (thrown as NodeJS.ErrnoException).code === 'ENOENT';
    return missing ? { where, status: 'none' } : { where, status: 'unknown', problem: messageOf(thrown) };
  }
  const digest = createHash('sha256').update(bytes).digest('hex');
  const written = await stat(where).then(
    ({ mtime }) => ({ writer: `written at ${mtime.toISOString()}` }),
    () => ({}),
  );
  try {
    const { bucketId, serial, updateSeq } = await parseDocument(bytes.toString('utf8'));
    return { where, status: 'found', lineage: bucketId, serial, updateSeq, digest, ...written };
  } catch (thrown) {
    if (!(thrown instanceof StateFormatError)) throw thrown;
    // the serial is read so that the next serial can be higher
    const [, serial] = /"serial": ?(\d{1,15})/.exec(bytes.toString('latin1')) ?? [];
    return {
      where,
      status: 'refused',
      digest,
      ...written,
      ...(serial === undefined ? {} : { serial: Number(serial) }),
      problem: thrown.message,
    };
  }
}
