/** Reads the files of one job that are on a worker now, over the worker's connection. Writes nothing on the worker. */

import { isStrangeName } from '../../base/file-name.ts';
import { problemText } from '../../events/problem-text.ts';
import { jobFolder, type Run, workerOf } from '../../rollout/run.ts';
import { readingProblem } from '../../transport/outcome-problem.ts';
import { workerProgram } from '../../worker-side/program.ts';

/** Larger files are not read, because a difference of that size is not useful to a reader. */
const LARGEST_BYTES = 256 * 1024;
/**
 * Largest number of files in one script. The script is one argument of the worker's shell, and the size of an argument is
 * limited.
 */
const FILES_AT_ONCE = 100;

export type DeployedFile =
  | { readonly kind: 'file'; readonly bytes: Buffer }
  | { readonly kind: 'too-large' }
  /** No file has that name, or the file is not a regular file. */
  | { readonly kind: 'none' };

export type DeployedFiles =
  | { readonly kind: 'read'; readonly files: ReadonlyMap<string, DeployedFile> }
  | { readonly kind: 'unreachable'; readonly reason: string };

export interface DeployedRequest {
  readonly run: Run;
  readonly job: string;
  readonly host: string;
  /** Paths relative to the job folder. */
  readonly paths: readonly string[];
}

export async function readDeployedFiles(request: DeployedRequest): Promise<DeployedFiles> {
  const paths = request.paths.filter((path) => !isStrangeName(path)); // the shell cannot read such a name
  const files = new Map<string, DeployedFile>();
  for (let from = 0; from < paths.length; from += FILES_AT_ONCE) {
    const some = paths.slice(from, from + FILES_AT_ONCE);
    const lines: string[] = [];
    const asked = { host: request.host, what: 'its files', limitMs: request.run.settings.commandTimeoutMs };
    const problem = readingProblem(asked, await readSome(request, some, lines));
    if (problem !== undefined) return { kind: 'unreachable', reason: problemText(problem) };
    for (const [path, file] of parseAnswer(some, lines)) files.set(path, file);
  }
  return { kind: 'read', files };
}

function readSome({ run, job, host }: DeployedRequest, paths: readonly string[], lines: string[]) {
  const worker = workerOf(run, host);
  const variables = { folder: jobFolder(worker, run.catalog.bucketId, job), largest: LARGEST_BYTES };
  const script = workerProgram('job/show-files', { variables, words: paths.map((path) => `./${path}`) });
  const command = {
    label: 'reading deployed files',
    script,
    timeoutMs: run.settings.commandTimeoutMs,
    onLine: (line: string, stream: 'stdout' | 'stderr') => void (stream === 'stdout' && lines.push(line)),
  };
  return run.workers.look(worker, command, run.signal);
}

function parseAnswer(paths: readonly string[], lines: readonly string[]): ReadonlyMap<string, DeployedFile> {
  const parts = new Map<string, string[]>();
  for (const line of lines) {
    const path = line.startsWith('@') ? paths[Number(line.slice(1))] : undefined;
    if (path !== undefined) parts.set(path, []);
    else [...parts.values()].at(-1)?.push(line);
  }
  return new Map(paths.map((path) => [path, fileOf(parts.get(path) ?? [])]));
}

function fileOf([kind, ...hexLines]: readonly string[]): DeployedFile {
  if (kind === undefined) return { kind: 'none' };
  if (kind === 'large') return { kind: 'too-large' };
  return { kind: 'file', bytes: Buffer.from(hexLines.join('').replace(/\s+/g, ''), 'hex') };
}
