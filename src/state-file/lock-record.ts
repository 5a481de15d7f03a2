/** Reads and creates the record in a lock file: the owner of the lock, and whether its process is still alive. */
import { randomUUID } from 'node:crypto';
import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { LockOwner } from '../state/port.ts';
import { stopFailure } from '../state/stop.ts';

export interface LockRecord extends LockOwner {
  readonly token: string;
  readonly host: string;
  /**
   * The machine, its boot, and the pid namespace of `pid`. Host name and pid are not enough, because containers may
   * share both.
   */
  readonly machine: string;
  readonly boot: string;
  readonly pidNamespace: string;
  readonly pid: number;
  /**
   * Start of the process in clock ticks since boot (`/proc/PID/stat`). A later process with the same pid has a
   * different start.
   */
  readonly started: string;
  readonly at: string;
}

/** Creates a record of this process with a new token. */
export async function ownRecord(owner: LockOwner): Promise<LockRecord> {
  return {
    ...owner,
    token: randomUUID(),
    host: hostname(),
    ...(await whereWeRun()),
    pid: process.pid,
    started: await startOf(process.pid),
    at: new Date().toISOString(),
  };
}

/**
 * Returns the record, or `undefined` when there is no lock file. Throws a `Failure` (exit code 3) when the file is not
 * a lock file.
 */
export async function readRecord(path: string): Promise<LockRecord | undefined> {
  const text = await readFile(path, 'utf8').catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code === 'ENOENT') return undefined;
    throw thrown;
  });
  if (text === undefined) return undefined;
  const record = parseRecord(text);
  if (record !== undefined) return record;
  throw stopFailure({
    code: 'state-locked',
    message: `${path} is not a lock file of this program`,
    hint: 'look at it, then delete it',
  });
}

function parseRecord(text: string): LockRecord | undefined {
  try {
    const record = JSON.parse(text) as LockRecord | null;
    const isOurs =
      typeof record?.token === 'string' && typeof record.host === 'string' && typeof record.pid === 'number';
    return isOurs ? record : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Returns whether the owner has provably ended: the machine has restarted since, or no process in this namespace has
 * that pid and start.
 */
export async function isGone(owner: LockRecord): Promise<boolean> {
  const here = await whereWeRun();
  if (owner.boot !== here.boot) return owner.machine !== '' && owner.machine === here.machine;
  return owner.pidNamespace === here.pidNamespace && (await startOf(owner.pid)) !== owner.started;
}

async function whereWeRun(): Promise<Pick<LockRecord, 'machine' | 'boot' | 'pidNamespace'>> {
  const read = (path: string) =>
    readFile(path, 'utf8').then(
      (text) => text.trim(),
      () => '',
    );
  const pidNamespace = await readlink('/proc/self/ns/pid').catch(() => '');
  return { machine: await read('/etc/machine-id'), boot: await read('/proc/sys/kernel/random/boot_id'), pidNamespace };
}

/** Returns the start of a process, or '' when there is no such process. */
async function startOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}
