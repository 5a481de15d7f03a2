/** Checks whether git tracks files that must not leave this machine: those below `secrets/` and `data/` of a bucket. */
import type { Diagnostic } from '../../base/diagnostic.ts';
import { excerpt } from '../../base/text/quote.ts';
import { fileIn, placeBucket } from '../../workspace/bucket.ts';

type Environment = Readonly<Record<string, string | undefined>>;

interface Surroundings {
  readonly env: Environment;
  readonly signal: AbortSignal;
}

const FOLDERS = ['secrets', 'data'] as const;
const HARMLESS = /(?:^|\/)\.(?:gitignore|gitkeep|keep)$/;
const LIMIT_MS = 2000;
const SHOWN = 3;

/**
 * Returns one warning for each of the two folders in which git tracks a file. Returns no warning when git is missing, when
 * the bucket is outside of a checkout, or when git does not answer in time.
 */
export async function findTrackedSecrets(
  bucketDir: string,
  surroundings: Surroundings,
): Promise<readonly Diagnostic[]> {
  const bucket = await placeBucket(bucketDir);
  if (!bucket.isCheckout) return [];
  const tracked = (await listTracked(bucket.dir, surroundings)).filter((path) => !HARMLESS.test(path));
  return FOLDERS.flatMap((folder) => {
    const paths = tracked.filter((path) => path.startsWith(`${folder}/`));
    const [first] = paths;
    if (first === undefined) return [];
    const named = paths.slice(0, SHOWN).map((path) => excerpt(path));
    const more = paths.length > SHOWN ? ` and ${paths.length - SHOWN} more` : '';
    return {
      severity: 'warning',
      code: 'ErrTrackedSecret',
      message: `git tracks ${named.join(', ')}${more}: whoever can read the repository has them`,
      place: { file: fileIn(bucket, first), line: 1, column: 1 },
      hint: `git rm -r --cached ${folder}, add ${folder}/ to .gitignore, and replace every key that was in it: the history keeps it`,
    };
  });
}

/**
 * Returns the tracked paths, relative to `dir`. Git reads only its index, and its hooks and file monitor are switched off.
 * Therefore no program from the repository's configuration runs. A very long list is cut off.
 */
async function listTracked(dir: string, { env, signal }: Surroundings): Promise<readonly string[]> {
  const quiet = ['-C', dir, '-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null'];
  const args = [...quiet, 'ls-files', '-z', '--cached', '--', ...FOLDERS];
  const { ask } = await import('../../ask/short-question.ts');
  const answer = await ask({ program: 'git', args, env: environmentOfGit(env), limitMs: LIMIT_MS, signal });
  switch (answer.kind) {
    case 'answered':
      return answer.exitCode === 0 ? pathsOf(answer.text) : [];
    case 'cut':
      return pathsOf(answer.text);
    case 'none':
      return [];
  }
}

/** Splits the list. Each path ends with a NUL. Text after the last NUL is an incomplete path and is dropped. */
function pathsOf(text: string): readonly string[] {
  return text.split('\0').slice(0, -1);
}

/**
 * Returns the environment for git. It lacks variables that git sets for its hooks, because they may name another repository.
 * It also lacks the inputs and tokens of the action.
 */
function environmentOfGit(env: Environment): Readonly<Record<string, string>> {
  const kept = Object.entries(env).flatMap(([name, value]) =>
    value === undefined || /^(GIT_|INPUT_|MAAND_|ACTIONS_)/.test(name) ? [] : [[name, value] as const],
  );
  return { ...Object.fromEntries(kept), GIT_OPTIONAL_LOCKS: '0', LC_ALL: 'C' };
}
