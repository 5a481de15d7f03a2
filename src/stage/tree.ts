/** Defines the delivered tree of one allocation: the content of `jobs/<job>/` on its worker, as data in memory. */
import type { JobFile } from '../workspace/types.ts';

export type FileSource =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'bytes'; readonly bytes: Buffer }
  /** A secret. The secret is decrypted only when the file is written. Digests use `identity` instead of the secret. */
  | { readonly kind: 'sealed'; readonly identity: Buffer; readonly read: () => string };

export interface TreeFile {
  /**
   * The path below the job folder, with forward slashes. Bytes that are not valid UTF-8 are encoded as in
   * `base/file-name.ts`.
   */
  readonly path: string;
  readonly mode: 0o755 | 0o644 | 0o600;
  /** The keyed digest of mode and content. */
  readonly digest: string;
  readonly source: FileSource;
  /** Set when the template of the file read a secret. */
  readonly holdsSecret?: true;
}

export interface StagedTree {
  /**
   * The keyed digest of the paths, modes and contents of all delivered files. The digest begins with the version of the
   * algorithm.
   */
  readonly hash: string;
  /** The files, sorted by the UTF-8 bytes of the path. */
  readonly files: readonly TreeFile[];
  /** Folders without any file, sorted. */
  readonly emptyFolders: readonly string[];
}

/**
 * Names at the top of a job folder that are never delivered, including older names. Each of these names belongs to the
 * job on the worker, or is needed only by the runner.
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
 * Returns why the output path of a template is invalid: its name is empty, or `files` has a folder of this name.
 * Returns undefined when the path is valid.
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
