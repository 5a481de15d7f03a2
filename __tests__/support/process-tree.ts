import { readdirSync, readFileSync } from 'node:fs';

/**
 * Returns the process ids of `root` and of all its descendants, parents first. Returns an empty list when `root` has ended.
 * Works only on Linux.
 */
export function processTree(root: number): readonly number[] {
  const parents = readParents();
  if (!parents.has(root)) return [];
  const tree = [root];
  for (const parent of tree) {
    for (const [pid, its] of parents) if (its === parent) tree.push(pid);
  }
  return tree;
}

/** Returns the processes that were started with `NAME=value` in their environment, whatever their parent is now. */
export function processesWith(assignment: string): readonly number[] {
  return [...readParents().keys()].filter((pid) => environmentOf(pid).includes(assignment));
}

/** Returns whether a process runs. A zombie process does not count. */
export function isRunning(pid: number): boolean {
  const fields = statusFields(pid);
  return fields !== undefined && fields[0] !== 'Z';
}

/** Resolves when a process has ended. It polls, because no event reports the end of a process that is not a child. */
export async function ended(pid: number): Promise<void> {
  while (isRunning(pid)) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** Kills the processes with SIGKILL. A process that has already ended is ignored. */
export function killAll(pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch (thrown) {
      if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'ESRCH')) throw thrown;
    }
  }
}

function readParents(): Map<number, number> {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    const parent = /^\d+$/.test(name) ? statusFields(Number(name))?.[1] : undefined;
    if (parent !== undefined) parents.set(Number(name), Number(parent));
  }
  return parents;
}

/** Returns the fields after the name in `/proc/PID/stat`: state, parent, process group and others. */
function statusFields(pid: number): readonly string[] | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return status.slice(status.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}

function environmentOf(pid: number): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  } catch {
    return [];
  }
}
