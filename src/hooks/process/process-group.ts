/** Ends the processes of a hook, its children included. */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** How long the group may take to end after each signal. */
const GRACE_MS = { SIGTERM: 5_000, SIGKILL: 1_000 };
const SHORTEST_POLL_MS = 10;
const LONGEST_POLL_MS = 160;

/** Ends every process of a group: SIGTERM, after 5 s SIGKILL. Nothing to do when none is left. */
export async function endGroup(groupId: number): Promise<void> {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    if (!signalGroup(groupId, signal) || (await hasEnded(groupId, GRACE_MS[signal]))) return;
  }
}

/** At once and without looking back: for a process that is leaving. */
export function killGroup(groupId: number): void {
  signalGroup(groupId, 'SIGKILL');
}

async function hasEnded(groupId: number, limitMs: number): Promise<boolean> {
  const deadlineMs = performance.now() + limitMs;
  for (let pollMs = SHORTEST_POLL_MS; performance.now() < deadlineMs; pollMs = Math.min(2 * pollMs, LONGEST_POLL_MS)) {
    await delay(pollMs);
    if (!signalGroup(groupId, 0) || !hasRunning(groupId)) return true;
  }
  return false;
}

/** False when the group has no process any more that we may signal. */
function signalGroup(groupId: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-groupId, signal);
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    if (code === 'ESRCH' || code === 'EPERM') return false; // none left, or only processes of other users
    throw thrown;
  }
}

/**
 * Whether a process of the group still runs. A dead one that nobody has collected can be signalled too: in a container whose
 * first process collects no orphans it stays for ever.
 */
function hasRunning(groupId: number): boolean {
  return readdirSync('/proc').some((name) => {
    if (!/^\d+$/.test(name)) return false;
    const [state, , group] = statusFields(name);
    return Number(group) === groupId && state !== 'Z' && state !== 'X';
  });
}

/** State, parent, process group; none when the process has ended meanwhile. */
function statusFields(pid: string): readonly string[] {
  try {
    const status = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return status.slice(status.lastIndexOf(')') + 2).split(' ', 3);
  } catch {
    return [];
  }
}
