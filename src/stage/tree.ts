/** The delivered tree of one allocation: what will lie in `jobs/<job>/` on its worker, before anything is written to disk. */
import type { JobFile } from '../workspace/types.ts';

export type FileSource =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'bytes'; readonly bytes: Buffer }
  /** A secret, opened only when it is written; `identity` stands for it in digests. */
  | { readonly kind: 'sealed'; readonly identity: Buffer; readonly read: () => string };

export interface TreeFile {
  /** Below the job folder, forward slashes; see `base/file-name.ts`. */
  readonly path: string;
  readonly mode: 0o755 | 0o644 | 0o600;
  /** Keyed digest of mode and content. */
  readonly digest: string;
  readonly source: FileSource;
  /** Its template read a secret. */
  readonly holdsSecret?: true;
}

export interface StagedTree {
  /** Keyed digest over paths, modes and contents of all delivered files, with the version of the algorithm in front. */
  readonly hash: string;
  /** Sorted bytewise by path. */
  readonly files: readonly TreeFile[];
  /** Folders without any file, sorted. */
  readonly emptyFolders: readonly string[];
}

/** Names at the top of a job folder that are never delivered: the job's own on the worker, or only for the runner (older names too). */
const KEPT_BACK = new Set(['bin', 'data', 'logs', '_hooks', '_modules', 'manifest.json', 'vars.conf', 'vars.toml']);

/** Folders that belong to the job at run time: never written, never deleted. */
export const JOB_OWNED = ['bin', 'data', 'logs'] as const;

const TEMPLATE_SUFFIX = '.tpl';

/** Whether a path of the job folder, as it stands there, reaches the worker. */
export function isDelivered(path: string): boolean {
  const [top = '', ...below] = path.split('/');
  return !KEPT_BACK.has(top) && ![top, ...below].includes('_prometheus');
}

type JobPath = Pick<JobFile, 'path'>;

export const isTemplate = ({ path }: JobPath): boolean => path.endsWith(TEMPLATE_SUFFIX);

/** Where a file arrives: a template loses its suffix. */
export function outputPath(file: JobPath): string {
  return isTemplate(file) ? file.path.slice(0, -TEMPLATE_SUFFIX.length) : file.path;
}

/** Why the output of a template cannot be among the `files` of its job: it has no name, or the name of a folder. */
export function outputProblem(file: JobPath, files: readonly JobPath[]): string | undefined {
  if (!isTemplate(file)) return undefined;
  const output = outputPath(file);
  const about = `the output of template ${file.path}`;
  if (output === '' || output.endsWith('/')) return `${about} has no name without .tpl`;
  return files.some(({ path }) => path.startsWith(`${output}/`))
    ? `${about} would take the place of the folder ${output}/`
    : undefined;
}
