/** Ends the processes of a hook, including their children. */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** The time in milliseconds in which the processes may end after each signal. */
const GRACE_MS = { SIGTERM: 5_000, SIGKILL: 1_000 };
const SHORTEST_POLL_MS = 10;
const LONGEST_POLL_MS = 160;

/** Ends every process of a group: sends SIGTERM, and SIGKILL after 5 s. Does nothing when no process is left. */
export async function endGroup(groupId: number): Promise<void> {
  await endTargets({
    find: () => (signalGroup(groupId, 0) && hasRunning(groupId) ? [-groupId] : []),
  });
}

/** Processes that end together. */
export interface Targets {
  /** Returns the ids of the processes that still run; a negative id is a group. */
  readonly find: () => readonly number[];
}

/** Sends SIGTERM to the targets, and SIGKILL after 5 s. Resolves when all have ended, and at the latest 1 s after SIGKILL. */
export async function endTargets({ find }: Targets): Promise<void> {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    const targets = find();
    for (const id of targets) sendSignal(id, signal);
    if (targets.length === 0 || (await haveEnded(find, GRACE_MS[signal]))) return;
  }
}

/** Kills a group without waiting, for use while this program exits. */
export function killGroup(groupId: number): void {
  signalGroup(groupId, 'SIGKILL');
}

async function haveEnded(find: Targets['find'], limitMs: number): Promise<boolean> {
  const deadlineMs = performance.now() + limitMs;
  for (let pollMs = SHORTEST_POLL_MS; performance.now() < deadlineMs; pollMs = Math.min(2 * pollMs, LONGEST_POLL_MS)) {
    await delay(pollMs);
    if (find().length === 0) return true;
  }
  return false;
}

/** Returns false when the group has no process left that this user may signal. */
function signalGroup(groupId: number, signal: NodeJS.Signals | 0): boolean {
  return sendSignal(-groupId, signal);
}

function sendSignal(id: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(id, signal);
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    if (code === 'ESRCH' || code === 'EPERM') return false; // no process is left, or only processes of other users
    throw thrown;
  }
}

/**
 * Returns whether a process of the group still runs. Zombies do not count: a signal also reaches a zombie, and a
 * container whose first process does not collect orphans keeps zombies forever.
 */
function hasRunning(groupId: number): boolean {
  return readdirSync('/proc').some((name) => {
    if (!/^\d+$/.test(name)) return false;
    const [state, , group] = statusFields(name);
    return Number(group) === groupId && state !== 'Z' && state !== 'X';
  });
}

/** Returns the state, parent and process group of a process. Returns an empty list when the process has ended. */
function statusFields(pid: string): readonly string[] {
  try {
    const status = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return status.slice(status.lastIndexOf(')') + 2).split(' ', 3);
  } catch {
    return [];
  }
}
