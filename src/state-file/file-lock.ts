/** The lock of a state in a file. The lock is a file beside the state, and only one run can create it. */
import { randomUUID } from 'node:crypto';
import { link, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../base/failure.ts';
import { isFormerAttempt, type LockOwner } from '../state/port.ts';
import { type StopFailure, stopFailure } from '../state/stop.ts';
import { isGone, type LockRecord, ownRecord, readRecord } from './lock-record.ts';

const POLL_MS = 250;

export interface FileLock extends AsyncDisposable {
  /** Throws an `Error` after the lock was released, because a later write could overwrite the work of another run. */
  requireHeld(): void;
}

export interface LockRequest {
  readonly owner: LockOwner;
  readonly waitMs: number;
  readonly signal: AbortSignal;
}

/**
 * Takes an advisory lock file. A hard link makes the file appear complete. Another run's lock is taken over only when
 * its process has provably ended: same machine, and no process with that pid and start time, or a former attempt of the
 * same run. After `waitMs`, throws a
 * `Failure` (exit code 3) that names the owner.
 */
export async function lockFile(path: string, { owner, waitMs, signal }: LockRequest): Promise<FileLock> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 }).catch((thrown: unknown) => {
    throw stopFailure({
      code: 'state-unusable',
      message: `cannot make the folder of the state: ${messageOf(thrown)}`,
      hint: 'make it, or name another one with --state file:DIR',
      exitCode: 2,
      cause: thrown,
    });
  });
  const record = await ownRecord(owner);
  const own = `${path}.${record.token}`;
  await writeFile(own, JSON.stringify(record), { mode: 0o600, flag: 'wx' });
  try {
    await acquire(path, own, { owner, deadline: Date.now() + waitMs, signal });
  } finally {
    await rm(own, { force: true });
  }
  return held(path, record.token);
}

function held(path: string, token: string): FileLock {
  let isHeld = true;
  return {
    requireHeld: () => {
      if (!isHeld) throw new Error('the lock of the state was given back already');
    },
    [Symbol.asyncDispose]: async () => {
      isHeld = false;
      const owner = await readRecord(path);
      if (owner?.token === token) await rm(path, { force: true });
    },
  };
}

interface Waiting {
  readonly owner: LockOwner;
  readonly deadline: number;
  readonly signal: AbortSignal;
}

async function acquire(path: string, own: string, { owner: mine, deadline, signal }: Waiting): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    if (await tryLink(own, path)) return;
    const owner = await readRecord(path);
    if (owner === undefined) continue; // the lock was released in the meantime
    if (isFormerAttempt(mine, owner) || (await isGone(owner))) {
      await breakLock(path, owner.token);
      continue;
    }
    if (Date.now() >= deadline) throw refuse(owner);
    await delay(POLL_MS, undefined, { signal });
  }
}

async function tryLink(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw thrown;
  }
}

/**
 * Breaks the lock with this token, even when its owner is alive. The lock file is first renamed. When it then proves to
 * be the newer lock of another run, it is put back.
 */
export async function breakLock(path: string, token: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw thrown;
  }
  const moved = await readRecord(aside);
  if (moved !== undefined && moved.token !== token) await tryLink(aside, path);
  await rm(aside, { force: true });
}

function refuse(owner: LockRecord): StopFailure {
  const run = owner.url === '' ? `process ${owner.pid} on ${owner.host}` : owner.url;
  return stopFailure({
    code: 'state-locked',
    message: `another run holds the lock: "${owner.command}" by ${owner.actor} since ${owner.at} (${run})`,
    hint: `wait for it, or use --lock-wait SECONDS; if that run is certainly dead: maand state unlock ${owner.token}`,
  });
}
