/** Describes a state in a file for `maand state show`. */
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { messageOf } from '../base/failure.ts';
import { parseDocument, StateFormatError } from '../state/document.ts';
import type { StateCopy, StatePicture, StateVerdict } from '../state/picture.ts';
import type { StateLoad } from '../state/port.ts';
import { StopFailure } from '../state/stop.ts';
import { lookAtLock } from './file-lock.ts';

export interface FileInspection {
  readonly path: string;
  readonly previous: string;
  readonly lock: string;
  readonly load: () => Promise<StateLoad>;
}

/** A state in a file as an operator sees it: the document, the one before it, the lock. */
export async function inspectFile(files: FileInspection): Promise<Omit<StatePicture, 'name'>> {
  const copies = [await lookAtCopy(files.path), await lookAtCopy(files.previous)];
  const lock = await lookAtLock(files.lock);
  return { copies, locks: lock ? [lock] : [], verdict: await judge(files.load) };
}

async function judge(load: () => Promise<StateLoad>): Promise<StateVerdict> {
  try {
    const loaded = await load();
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
    const { bucketId, serial, updateSeq } = parseDocument(bytes.toString('utf8'));
    return { where, status: 'found', lineage: bucketId, serial, updateSeq, digest, ...written };
  } catch (thrown) {
    if (!(thrown instanceof StateFormatError)) throw thrown;
    const [, serial] = /"serial": ?(\d{1,15})/.exec(bytes.toString('latin1')) ?? []; // so that the next one can be higher
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
