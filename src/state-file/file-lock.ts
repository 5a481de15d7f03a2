/** Locks a state in a file against other processes. */
import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, readlink, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../base/failure.ts';
import type { LockPicture } from '../state/picture.ts';
import type { LockOwner } from '../state/port.ts';
import { type StopFailure, stopFailure } from '../state/stop.ts';

const POLL_MS = 250;

/** Contents of a lock file: who, and enough to tell whether that process still lives. */
interface LockRecord extends LockOwner {
  readonly token: string;
  readonly host: string;
  /** Which machine, which boot of it, and which pid namespace `pid` belongs to: containers may share host names and numbers. */
  readonly machine: string;
  readonly boot: string;
  readonly pidNamespace: string;
  readonly pid: number;
  /** Start of the process in clock ticks since boot (`/proc/PID/stat`): a reused pid is not the holder. */
  readonly started: string;
  readonly at: string;
}

/**
 * An advisory lock file. It appears whole (by hard link) and is taken over only when its process is provably gone: same
 * machine, and no process with that pid and start. Throws a `Failure` (exit code 3) naming the holder after `waitMs`.
 */
export async function lockFile(
  path: string,
  owner: LockOwner,
  waitMs: number,
  signal: AbortSignal,
): Promise<AsyncDisposable> {
  await mkdir(dirname(path), { recursive: true }).catch((thrown: unknown) => {
    throw stopFailure({
      code: 'state-unusable',
      message: `cannot make the folder of the state: ${messageOf(thrown)}`,
      hint: 'make it, or name another one with --state file:DIR',
      exitCode: 2,
      cause: thrown,
    });
  });
  const token = randomUUID();
  const record: LockRecord = {
    ...owner,
    token,
    host: hostname(),
    ...(await whereWeRun()),
    pid: process.pid,
    started: await startOf(process.pid),
    at: new Date().toISOString(),
  };
  const own = `${path}.${token}`;
  await writeFile(own, JSON.stringify(record), { mode: 0o600, flag: 'wx' });
  try {
    await acquire(path, own, Date.now() + waitMs, signal);
  } finally {
    await rm(own, { force: true });
  }
  return { [Symbol.asyncDispose]: () => release(path, token) };
}

/** Who has the lock; undefined: nobody. */
export async function lookAtLock(path: string): Promise<LockPicture | undefined> {
  const record = await readLock(path);
  if (record === undefined) return undefined;
  const { token, runId, command, actor, url, at } = record;
  return { where: [path], token, runId, command, actor, url, since: at };
}

/** Breaks the lock of exactly this holder, whether it lives or not; one that came in between keeps it. */
export async function breakLock(path: string, { token }: Pick<LockPicture, 'token'>): Promise<void> {
  await takeAway(path, { token });
}

async function acquire(path: string, own: string, deadline: number, signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    if (await tryLink(own, path)) return;
    const holder = await readLock(path);
    if (holder === undefined) continue; // released in between
    if (await isGone(holder)) {
      await takeAway(path, holder);
      continue;
    }
    if (Date.now() >= deadline) throw refuse(holder);
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

async function readLock(path: string): Promise<LockRecord | undefined> {
  const text = await readFile(path, 'utf8').catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code === 'ENOENT') return undefined;
    throw thrown;
  });
  if (text === undefined) return undefined;
  const record = parseLock(text);
  if (record !== undefined) return record;
  throw stopFailure({
    code: 'state-locked',
    message: `${path} is not a lock file of this program`,
    hint: 'look at it, then delete it',
  });
}

function parseLock(text: string): LockRecord | undefined {
  try {
    const record = JSON.parse(text) as LockRecord | null;
    const isOurs =
      typeof record?.token === 'string' && typeof record.host === 'string' && typeof record.pid === 'number';
    return isOurs ? record : undefined;
  } catch {
    return undefined;
  }
}

/** Only what can be proved: the machine was started anew since, or no process of our own namespace has that pid and start. */
async function isGone(holder: LockRecord): Promise<boolean> {
  const here = await whereWeRun();
  if (holder.boot !== here.boot) return holder.machine !== '' && holder.machine === here.machine;
  return holder.pidNamespace === here.pidNamespace && (await startOf(holder.pid)) !== holder.started;
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

/** Empty when there is no such process. */
async function startOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

/** Moves a dead holder's lock aside; puts it back when another run was faster and the file is already that run's. */
async function takeAway(path: string, dead: Pick<LockRecord, 'token'>): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw thrown;
  }
  const moved = await readLock(aside);
  if (moved !== undefined && moved.token !== dead.token) await tryLink(aside, path);
  await rm(aside, { force: true });
}

async function release(path: string, token: string): Promise<void> {
  const holder = await readLock(path);
  if (holder?.token === token) await rm(path, { force: true });
}

function refuse(holder: LockRecord): StopFailure {
  const run = holder.url === '' ? `process ${holder.pid} on ${holder.host}` : holder.url;
  return stopFailure({
    code: 'state-locked',
    message: `another run holds the lock: "${holder.command}" by ${holder.actor} since ${holder.at} (${run})`,
    hint: `wait for it, or give --lock-wait SECONDS; if that run is surely gone: maand state unlock ${holder.token}`,
  });
}
