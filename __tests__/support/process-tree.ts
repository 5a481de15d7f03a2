import { readdirSync, readFileSync } from 'node:fs';

/** Process ids of `root` and of everything below it, parents first; empty when it has ended. Linux only. */
export function processTree(root: number): readonly number[] {
  const parents = readParents();
  if (!parents.has(root)) return [];
  const tree = [root];
  for (const parent of tree) {
    for (const [pid, its] of parents) if (its === parent) tree.push(pid);
  }
  return tree;
}

/** Processes that were started with `NAME=value` in their environment, wherever they hang now. */
export function processesWith(assignment: string): readonly number[] {
  return [...readParents().keys()].filter((pid) => environmentOf(pid).includes(assignment));
}

/** Whether a process runs; a zombie does not. */
export function isRunning(pid: number): boolean {
  const fields = statusFields(pid);
  return fields !== undefined && fields[0] !== 'Z';
}

/** Resolves once a process has ended. Polls, because no event reports the end of a process that is not a child. */
export async function ended(pid: number): Promise<void> {
  while (isRunning(pid)) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** Kills at once; one that has ended meanwhile is fine. */
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

/** The fields after the name: state, parent, process group … */
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
