/**
 * Defines the delivered tree of one allocation: the content of `jobs/<job>/` on its worker, before anything is written
 * to disk.
 */
import type { JobFile } from '../workspace/types.ts';

export type FileSource =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'bytes'; readonly bytes: Buffer }
  /** A secret, which is opened only when it is written; `identity` represents it in digests. */
  | { readonly kind: 'sealed'; readonly identity: Buffer; readonly read: () => string };

export interface TreeFile {
  /** The path below the job folder, with forward slashes; see `base/file-name.ts` for strange names. */
  readonly path: string;
  readonly mode: 0o755 | 0o644 | 0o600;
  /** The keyed digest of mode and content. */
  readonly digest: string;
  readonly source: FileSource;
  /** Set when its template read a secret. */
  readonly holdsSecret?: true;
}

export interface StagedTree {
  /**
   * The keyed digest over paths, modes and contents of all delivered files; it begins with the version of the
   * algorithm.
   */
  readonly hash: string;
  /** Sorted bytewise by path. */
  readonly files: readonly TreeFile[];
  /** Folders without any file, sorted. */
  readonly emptyFolders: readonly string[];
}

/**
 * Names at the top of a job folder that are never delivered (older names too): on the worker they belong to the job, or
 * only the runner needs them.
 */
const KEPT_BACK = new Set(['bin', 'data', 'logs', '_hooks', '_modules', 'manifest.json', 'vars.conf', 'vars.toml']);

/** Folders that belong to the job at run time; a delivery never writes or deletes them. */
export const JOB_OWNED = ['bin', 'data', 'logs'] as const;

const TEMPLATE_SUFFIX = '.tpl';

/** Returns whether a path of the job folder is delivered to the worker. */
export function isDelivered(path: string): boolean {
  const [top = '', ...below] = path.split('/');
  return !KEPT_BACK.has(top) && ![top, ...below].includes('_prometheus');
}

type JobPath = Pick<JobFile, 'path'>;

export const isTemplate = ({ path }: JobPath): boolean => path.endsWith(TEMPLATE_SUFFIX);

/** Returns the delivered path of a file: a template loses its suffix. */
export function outputPath(file: JobPath): string {
  return isTemplate(file) ? file.path.slice(0, -TEMPLATE_SUFFIX.length) : file.path;
}

/**
 * Returns why the output of a template cannot be among the `files` of its job (it has no name, or the name of a
 * folder); undefined when it can.
 */
export function outputProblem(file: JobPath, files: readonly JobPath[]): string | undefined {
  if (!isTemplate(file)) return undefined;
  const output = outputPath(file);
  const about = `the output of template ${file.path}`;
  if (output === '' || output.endsWith('/')) return `${about} has no name without .tpl`;
  return files.some(({ path }) => path.startsWith(`${output}/`))
    ? `${about} would take the place of the folder ${output}/`
    : undefined;
}
