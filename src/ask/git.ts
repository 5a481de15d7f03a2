/** Asks git about the repository of a folder. Nothing runs that the repository configures. */
import { type Answer, ask } from './short-question.ts';

export interface GitQuestion {
  /** A folder in the repository. */
  readonly dir: string;
  readonly args: readonly string[];
  /** The environment of the run. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

const LIMIT_MS = 2000;

/** Returns the answer of git. Returns early when git needs more than two seconds. Never throws. */
export function askGit({ dir, args, env, signal }: GitQuestion): Promise<Answer> {
  const quiet = ['-C', dir, '-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null'];
  return ask({ program: 'git', args: [...quiet, ...args], env: environmentOfGit(env), limitMs: LIMIT_MS, signal });
}

/** Removes the variables that git sets for its hooks: they may name another repository than the one of this folder. */
function environmentOfGit(env: GitQuestion['env']): Readonly<Record<string, string>> {
  const kept = Object.entries(env).flatMap(([name, value]) =>
    value === undefined || /^(GIT_|INPUT_|MAAND_|ACTIONS_)/.test(name) ? [] : [[name, value] as const],
  );
  return { ...Object.fromEntries(kept), GIT_OPTIONAL_LOCKS: '0', LC_ALL: 'C' };
}
