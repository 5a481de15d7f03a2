/** Checks whether git tracks files that must not leave this machine: those below `secrets/` and `data/` of a bucket. */
import type { Diagnostic } from '../../base/diagnostic.ts';
import { excerpt } from '../../base/text/quote.ts';
import { fileIn, placeBucket } from '../../workspace/bucket.ts';

type Environment = Readonly<Record<string, string | undefined>>;

interface Surroundings {
  readonly env: Environment;
  /** The checkout of the run, from which the places of the warnings are told. */
  readonly identity: { readonly checkout: string };
  readonly signal: AbortSignal;
}

const FOLDERS = ['secrets', 'data'] as const;
const HARMLESS = /(?:^|\/)\.(?:gitignore|gitkeep|keep)$/;
const SHOWN = 3;

/**
 * Returns one warning for each of the two folders in which git tracks a file. Returns no warning when git is missing, when
 * the bucket is outside of a checkout, or when git does not answer in time.
 */
export async function findTrackedSecrets(
  bucketDir: string,
  surroundings: Surroundings,
): Promise<readonly Diagnostic[]> {
  const bucket = await placeBucket(bucketDir, surroundings.identity.checkout);
  if (bucket.gitPath === undefined) return [];
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
  const { askGit } = await import('../../ask/git.ts');
  const answer = await askGit({ dir, args: ['ls-files', '-z', '--cached', '--', ...FOLDERS], env, signal });
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
