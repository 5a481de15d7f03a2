/**
 * Creates the folder in which a hook script runs. The folder contains a copy of the job's files before rendering, and
 * the client libraries beside the script. This folder is separate from the delivered files. Files are copied, not
 * linked: a script may write into its folder, and this must not change the workspace or the folder of a different
 * allocation.
 */
import { constants, existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { mapLimit } from '../../base/concurrency.ts';
import { fsPath } from '../../base/file-name.ts';
import type { CatalogJob } from '../../catalog/types.ts';
import type { CertificateFile } from '../../certs/files.ts';
import type { HookEvent } from '../../events/hook-event.ts';
import type { HookEntry, JobFile } from '../../workspace/types.ts';
import { readClientLibraries } from '../client-libraries.ts';

const COPIES_AT_ONCE = 8;

export interface HookFolderRequest {
  /** Absolute path of a folder of this run. Only the owner can enter this folder. */
  readonly stagingDir: string;
  readonly job: CatalogJob;
  readonly hook: HookEntry;
  readonly event: HookEvent;
  readonly host: string;
  /** Certificates that are written to `certs/` beside the script. */
  readonly certificates: readonly CertificateFile[];
}

/** A staged folder. When the object is disposed, the folder is removed. */
export interface HookFolder extends AsyncDisposable {
  /** Absolute path of the folder that contains the script; the script runs in this folder. */
  readonly scriptDir: string;
  /** File name of the script in `scriptDir`. */
  readonly scriptName: string;
}

/**
 * Creates the folder `<staging>/hooks/<job>/<worker>/<hook>`. Removes an existing folder of this path first. Throws an
 * `Error` with the cause when the folder cannot be created.
 */
export async function stageHookFolder(request: HookFolderRequest): Promise<HookFolder> {
  const { stagingDir, job, hook, host } = request;
  const root = join(stagingDir, 'hooks', job.name, host.replaceAll(':', '_'), hook.name);
  const files = filesFor(request);
  await rm(root, { recursive: true, force: true });
  await mkdir(join(stagingDir, 'hooks'), { recursive: true, mode: 0o700 });
  await mkdir(root, { recursive: true, mode: 0o700 });
  await copyFiles(root, files);
  if (request.event !== 'health_check') await makeFolders(root, job.entry.emptyFolders.filter(isStaged));
  const scriptDir = join(root, posix.dirname(hook.script));
  await addToScriptDir(scriptDir, join(job.entry.dir, posix.dirname(hook.script)));
  await addCertificates(scriptDir, request.certificates);
  return {
    scriptDir,
    scriptName: posix.basename(hook.script),
    // The removal fails when a daemon of the script still writes into this folder. The whole staging folder is removed
    // at the end of the run.
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true, maxRetries: 3 }).catch(() => {}),
  };
}

/** Returns the files to copy. A health check runs often, so it gets only the files that its script needs. */
function filesFor({ job, hook, event }: HookFolderRequest): readonly JobFile[] {
  const files = job.entry.files.filter((file) => isStaged(file.path));
  const script = files.find((file) => file.path === hook.script);
  const stem = hook.script.slice(0, -posix.extname(hook.script).length);
  if (script !== undefined) {
    return event === 'health_check' ? files.filter((file) => file.path.startsWith(`${stem}.`)) : files;
  }
  if (event === 'health_check') {
    throw new Error(`hook file not found: job ${job.name} hook ${hook.name} module not in job_files`);
  }
  const folder = join(job.entry.dir, posix.dirname(hook.script));
  const { name } = hook;
  throw new Error(`hook file not found: expected ${name}.py, ${name}.ts, or ${name}.js under ${folder}`);
}

/** Returns false for Prometheus files, because the delivered tree does not contain Prometheus files either. */
function isStaged(path: string): boolean {
  return !path.split('/').includes('_prometheus');
}

async function copyFiles(root: string, files: readonly JobFile[]): Promise<void> {
  await makeFolders(root, [...new Set(files.map((file) => dirname(file.path)))]);
  await mapLimit(files, COPIES_AT_ONCE, async (file) => {
    const target = fsPath(join(root, file.path));
    await copyFile(fsPath(file.sourcePath), target, constants.COPYFILE_FICLONE);
    await chmod(target, file.executable ? 0o755 : 0o644); // otherwise a copy of a read-only file would be read-only too
  });
}

async function makeFolders(root: string, folders: readonly string[]): Promise<void> {
  for (const folder of folders) {
    await mkdir(fsPath(join(root, folder)), { recursive: true, mode: 0o755 });
  }
}

/** Adds the files that every script gets in its folder, for every event. */
async function addToScriptDir(scriptDir: string, workspaceDir: string): Promise<void> {
  await mkdir(scriptDir, { recursive: true, mode: 0o755 });
  for (const { name, bytes } of await readClientLibraries()) {
    await writeFile(join(scriptDir, name), bytes, { mode: 0o644 });
  }
  const manifest = join(scriptDir, 'package.json');
  if (!existsSync(manifest)) await writeFile(manifest, '{ "type": "module" }\n', { mode: 0o644 });
  const packages = join(workspaceDir, 'node_modules');
  if (existsSync(packages)) await symlink(packages, join(scriptDir, 'node_modules'));
}

/** Writes the certificates. The certificates replace files of the job that have the same names. */
async function addCertificates(scriptDir: string, certificates: readonly CertificateFile[]): Promise<void> {
  for (const { path, mode, read } of certificates) {
    const file = join(scriptDir, path);
    await mkdir(dirname(file), { recursive: true, mode: 0o755 });
    await rm(file, { force: true }); // otherwise the old mode would remain
    await writeFile(file, read(), { mode });
    await chmod(file, mode);
  }
}
