/** Checks whether git tracks files that must not leave this machine: those below `secrets/` and `data/` of a bucket. */
import { execFile } from 'node:child_process';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { excerpt } from '../../base/text/quote.ts';
import { fileIn, placeBucket } from '../../workspace/bucket.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const FOLDERS = ['secrets', 'data'] as const;
const HARMLESS = /(?:^|\/)\.(?:gitignore|gitkeep|keep)$/;
const LIMITS = { timeout: 2000, killSignal: 'SIGKILL', maxBuffer: 64 * 1024 * 1024, encoding: 'utf8' } as const;
const SHOWN = 3;

/** One warning for each of the two folders. Nothing without git, outside of a checkout, or when git does not answer in time. */
export async function findTrackedSecrets(bucketDir: string, env: Environment): Promise<readonly Diagnostic[]> {
  const bucket = await placeBucket(bucketDir);
  if (!bucket.isCheckout) return [];
  const tracked = (await listTracked(bucket.dir, env)).filter((path) => !HARMLESS.test(path));
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

/** Paths relative to `dir`, from the index alone: nothing that a repository configures is run. */
function listTracked(dir: string, env: Environment): Promise<readonly string[]> {
  const args = ['-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null', 'ls-files', '-z', '--cached', '--'];
  const options = { cwd: dir, env: environmentOfGit(env), ...LIMITS };
  return new Promise((listed) => {
    execFile('git', [...args, ...FOLDERS], options, (error, stdout) => {
      listed(error ? [] : stdout.split('\0').filter((path) => path !== ''));
    });
  });
}

/** A hook of git sets variables that mean another repository than the one of this folder. */
function environmentOfGit(env: Environment): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([name]) => !/^(GIT_|INPUT_|MAAND_|ACTIONS_)/.test(name));
  return { ...Object.fromEntries(kept), GIT_OPTIONAL_LOCKS: '0', LC_ALL: 'C' };
}
