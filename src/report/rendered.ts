/**
 * Writes the result of `render` for a job: the files of each worker, and their changes since the last promote. Workers with
 * equal files share a section.
 */
import type { WordingOf } from '../base/free-text.ts';
import { count, linesOf, oneLine } from './log/phrases.ts';

export const RENDERED_WORDING: WordingOf<RenderedJson> = {
  job: 'name',
  workers: {
    worker: 'name',
    files: 'name',
    empty_folders: 'name',
    missing: 'name',
    problems: 'text',
    diff: { since: 'name', files: { path: 'name', patch: 'text', note: 'text' }, note: 'text' },
  },
};

export interface RenderedJson {
  readonly job: string;
  readonly workers: readonly RenderedWorker[];
}

export interface RenderedWorker {
  readonly worker: string;
  readonly files: readonly RenderedFile[];
  readonly empty_folders: readonly string[];
  /** KV keys that hooks have not written yet. No files are listed when this list has entries. */
  readonly missing: readonly { readonly file: string; readonly namespace: string; readonly key: string }[];
  /** Sentences about templates that cannot be rendered. No files are listed when this list has entries. */
  readonly problems: readonly string[];
  readonly diff?: TreeDiff;
}

export interface RenderedFile {
  readonly path: string;
  /** File mode in octal, such as `0644`. */
  readonly mode: string;
  readonly size_bytes: number;
  readonly holds_secret: boolean;
}

export interface TreeDiff {
  /** The version that was promoted last. Null when no version was promoted. */
  readonly since: string | null;
  readonly files: readonly FileChange[];
  /** The reason why some changes are not shown. */
  readonly note?: string;
}

export interface FileChange {
  readonly path: string;
  readonly change: 'added' | 'changed' | 'removed';
  /** Unified diff. */
  readonly patch?: string;
  /** The reason why the diff is missing. */
  readonly note?: string;
}

/** Returns the text for a terminal or a log. Each line ends with a line break. */
export function renderedText({ job, workers }: RenderedJson): string {
  if (workers.length === 0) return `nothing to render: job ${job} has no worker\n`;
  const groups = groupEqual(workers);
  return groups
    .map(({ hosts, worker }) => {
      const title = workers.length > 1 ? `${hosts.join(', ')}\n` : '';
      return `${title}${bodyOf(worker).join('\n')}\n`;
    })
    .join('\n');
}

interface Group {
  readonly hosts: string[];
  readonly worker: RenderedWorker;
}

function groupEqual(workers: readonly RenderedWorker[]): readonly Group[] {
  const groups = new Map<string, Group>();
  for (const worker of workers) {
    const same = JSON.stringify({ ...worker, worker: '' });
    const group = groups.get(same);
    if (group) group.hosts.push(worker.worker);
    else groups.set(same, { hosts: [worker.worker], worker });
  }
  return [...groups.values()];
}

function bodyOf({ files, empty_folders, missing, problems, diff }: RenderedWorker): string[] {
  if (problems.length > 0) return problems.flatMap((problem) => linesOf(problem));
  if (missing.length > 0) {
    const keys = missing.map(({ file, namespace, key }) => `  ${oneLine(file)}: get ${namespace} ${oneLine(key)}`);
    return ['needs-hook: a hook has to write these first', ...keys];
  }
  if (diff) return diffLines(diff);
  const width = Math.max(0, ...files.map(({ size_bytes }) => String(size_bytes).length));
  return [
    ...files.map(({ mode, size_bytes, path }) => `${mode}  ${String(size_bytes).padStart(width)}  ${oneLine(path)}`),
    ...empty_folders.map((path) => `0755  ${'-'.padStart(width)}  ${oneLine(path)}/`),
  ];
}

const SIGNS = { added: 'A', changed: 'M', removed: 'D' } as const;

function diffLines({ since, files, note }: TreeDiff): string[] {
  const than = since === null ? 'nothing has been promoted yet' : `since ${since} was promoted`;
  if (files.length === 0) return [`no file changed ${than}`, ...(note === undefined ? [] : [note])];
  return [
    `${count(files.length, 'file')} changed: ${than}`,
    ...(note === undefined ? [] : [note]),
    ...files.map(
      ({ change, path, note: why }) => `  ${SIGNS[change]} ${oneLine(path)}${why === undefined ? '' : ` (${why})`}`,
    ),
    ...files.flatMap(({ patch }) => (patch === undefined ? [] : patch.replace(/\n$/, '').split('\n'))),
  ];
}
