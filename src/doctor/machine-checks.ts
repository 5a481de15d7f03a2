/** Checks the machine on which maand runs: its programs, and the files that contain keys. */
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import type { CatalogJob } from '../catalog/types.ts';
import { findHookTools, missingInterpreters } from '../hooks/process/interpreters.ts';
import { checksOf, type DoctorCheck } from './check.ts';

const VERSION_LIMIT_MS = 5000;
const { ok, warning, failed, skipped } = checksOf('this machine');

/** The values of the run that are needed to start a program. */
export interface MachineLook {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

/** Checks rsync, which every delivery needs. */
export async function checkRsync(asking: MachineLook): Promise<DoctorCheck> {
  const version = await versionOf('rsync', asking);
  if (version !== undefined) return ok('rsync', version);
  return failed(
    'rsync',
    'it was not found on PATH, and deliveries need it',
    'install it: apt-get install rsync, dnf install rsync, or apk add rsync',
  );
}

/** Checks the interpreters that hooks need. `jobs` is undefined when the workspace could not be read. */
export async function checkHookTools(
  asking: MachineLook,
  jobs: readonly CatalogJob[] | undefined,
): Promise<DoctorCheck[]> {
  if (!jobs) return [skipped('hooks', 'the workspace has errors')];
  const hooks = jobs.flatMap(({ entry }) => entry.hooks);
  if (hooks.length === 0) return [skipped('hooks', 'no job has hooks')];
  const missing = await missingInterpreters(jobs, await findHookTools());
  const failures = missing.map(({ job, hook, tool, hint }) =>
    failed(tool, `job ${job} hook ${hook} needs it, and it was not found`, hint),
  );
  const isMissing = (tool: string) => missing.some((one) => one.tool === tool);
  const python = hooks.some(({ language }) => language === 'python');
  const script = hooks.some(({ language }) => language !== 'python');
  const seen = [
    ...(python && !isMissing('python3')
      ? [ok('python3', (await versionOf('python3', asking)) ?? 'the jobs have their own')]
      : []),
    ...(script && !isMissing('bun')
      ? [ok('bun or node', (await bunVersion(asking)) ?? `node ${process.version}`)]
      : []),
  ];
  return [...failures, ...seen];
}

async function bunVersion(asking: MachineLook): Promise<string | undefined> {
  const version = await versionOf('bun', asking);
  return version === undefined ? undefined : `bun ${version}`;
}

/** Checks whether other users of this machine may read the key files. */
export async function checkKeyFiles(files: readonly string[]): Promise<DoctorCheck[]> {
  const checks = await Promise.all(
    files.map(async (file) => {
      const mode = await stat(file).then(
        (found) => found.mode & 0o777,
        () => undefined,
      );
      if (mode === undefined || (mode & 0o077) === 0) return [];
      return [warning('key files', `${file} has mode ${mode.toString(8)}: others can read it`, `chmod 600 ${file}`)];
    }),
  );
  return checks.flat();
}

/** Checks whether a state can be saved in this folder. */
export async function checkStateFolder(folder: string): Promise<DoctorCheck> {
  try {
    await access(folder, constants.W_OK | constants.X_OK);
    return ok('state folder', `${folder} is writable`);
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'does not exist yet' : 'is not writable';
    if (code === 'ENOENT')
      return warning('state folder', `${folder} ${why}`, 'run maand init, or check that the disk is mounted');
    return failed(
      'state folder',
      `${folder} ${why}`,
      `give it to the user that runs maand: chown ${process.getuid?.() ?? ''} ${folder}`,
    );
  }
}

/** Returns the first line of `PROGRAM --version`. Returns `undefined` when the program is missing or broken. */
async function versionOf(program: string, { env, signal }: MachineLook): Promise<string | undefined> {
  const question = { program, args: ['--version'], env: { PATH: env.PATH ?? '' }, limitMs: VERSION_LIMIT_MS, signal };
  const { ask } = await import('../ask/short-question.ts');
  const answer = await ask(question);
  if (answer.kind !== 'answered' || answer.exitCode !== 0) return undefined;
  return answer.text.split('\n', 1)[0]?.trim() ?? '';
}
