/**
 * Finds the processes of a hook by a mark in their environment. Child processes inherit the mark, even when they leave
 * the process group of the hook. A process is not found only when it was started with an environment that lacks the
 * mark.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { endTargets } from './process-group.ts';

/**
 * The environment variable with the mark. The mark consists of the mark of the run, a dot, and the number of the hook
 * in this run.
 */
export const MARK_VARIABLE = 'HOOK_PROCESS_MARK';

/** Ends every process that has the mark: sends SIGTERM, and SIGKILL after 5 s. */
export async function endMarked(mark: string): Promise<void> {
  await endTargets({ find: () => markedProcesses(mark) });
}

/** Returns the process ids, without zombies. Processes of other users are not visible. */
function markedProcesses(mark: string): number[] {
  const wanted = `${MARK_VARIABLE}=${mark}\0`;
  return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) && hasMark(name, wanted) ? [Number(name)] : []));
}

function hasMark(pid: string, wanted: string): boolean {
  try {
    return `\0${readFileSync(`/proc/${pid}/environ`, 'latin1')}`.includes(`\0${wanted}`);
  } catch {
    return false; // the process has ended, or belongs to a different user
  }
}
