/**
 * Plans which files `build --fix` writes and renames. The plan is made from the repairs in the findings; this file
 * writes nothing. The whole plan is refused when the plan would overwrite a file or when the meaning of a file is not
 * certain. All reasons are reported.
 */
import { constants } from 'node:fs';
import { access, lstat, readFile, realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { messageOf } from '../../base/failure.ts';
import type { Repair } from '../../base/repair.ts';
import { applyEdits } from '../../document/edits.ts';
import { Findings } from '../../document/findings.ts';
import { parseJson } from '../../document/json.ts';
import { Source } from '../../document/source.ts';
import { parseToml } from '../../document/toml.ts';
import type { Bucket } from '../bucket.ts';
import { isBelow } from '../reader.ts';
import type { Survey } from '../survey.ts';

export interface Rewrite {
  /** The path relative to the repository root. */
  readonly file: string;
  /** The absolute path with symlinks resolved. */
  readonly path: string;
  readonly text: string;
  readonly mode: number;
}

export interface Move {
  readonly from: string;
  readonly to: string;
}

/** One older word that the fix replaces, with its place before the fix. */
export interface Fixed {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly change: string;
}

export interface FixPlan {
  /**
   * The absolute path of a folder for temporary files. A killed run may leave files in this folder. Builds do not read
   * these files, and the next fix removes them.
   */
  readonly draftFolder: string;
  /** Renames with absolute paths. Files come before the folders that contain them. */
  readonly moves: readonly Move[];
  readonly rewrites: readonly Rewrite[];
  readonly fixed: readonly Fixed[];
  /** The reasons why the plan is refused. If the list is not empty, the plan must not be applied. */
  readonly refusals: readonly Diagnostic[];
}

/**
 * The name of the folder for temporary files. This folder is beside the folder of the jobs, because files inside a job
 * folder would be delivered.
 */
const DRAFTS = '.fix-drafts';

export async function planFix({ bucket, diagnostics }: Survey): Promise<FixPlan> {
  const findings = new Findings('ErrUnexpectedError');
  const repairs = diagnostics.flatMap(({ repair, place }) => (repair && place ? [{ ...repair, ...place }] : []));
  const moves = repairs.flatMap(({ move }) => move ?? []).map(({ from, to }) => inBucket(bucket, { from, to }));
  moves.sort((a, b) => b.from.split('/').length - a.from.split('/').length);
  for (const move of moves) await checkMove({ bucket, findings }, move);
  const files = [...new Set(repairs.filter(({ edits }) => edits.length > 0).map(({ file }) => file))];
  const rewrites: Rewrite[] = [];
  for (const file of files) {
    const edits = repairs.filter((one) => one.file === file).flatMap((one) => one.edits);
    rewrites.push(...(await planRewrite({ bucket, findings }, file, edits)));
  }
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  const fixed = repairs.map(({ file, line, column, change }) => ({ file, line, column, change }));
  const draftFolder = join(bucket.realDir, 'workspace', DRAFTS);
  return { draftFolder, moves, rewrites, fixed, refusals: [...errors, ...findings.diagnostics] };
}

interface Planning {
  readonly bucket: Bucket;
  readonly findings: Findings;
}

async function checkMove({ bucket, findings }: Planning, { from, to }: Move): Promise<void> {
  const refuse = (path: string, what: string): void => {
    const file = shown(bucket, path);
    findings.error({ message: `cannot rename ${shown(bucket, from)}: ${what}`, place: { file, line: 1, column: 1 } });
  };
  if (await isThere(to)) refuse(to, `${shown(bucket, to)} is there already`);
  const problem = await problemOfFolder(bucket, dirname(from));
  if (problem !== undefined) refuse(from, problem);
}

async function planRewrite(
  { bucket, findings }: Planning,
  file: string,
  edits: Repair['edits'],
): Promise<readonly Rewrite[]> {
  const refuse = (what: string): readonly Rewrite[] => {
    findings.error({ message: `cannot rewrite ${file}: ${what}`, place: { file, line: 1, column: 1 } });
    return [];
  };
  try {
    const path = await realpath(absolute(bucket, file));
    const problem = await problemOfFolder(bucket, dirname(path));
    if (problem !== undefined) return refuse(problem);
    const written = await readFile(path, 'utf8');
    const mark = written.startsWith('\ufeff') ? '\ufeff' : '';
    const text = written.slice(mark.length);
    const after = applyEdits(text, edits);
    if (!isSound(file, text)) return refuse('a key appears twice in it, so its meaning is not certain');
    if (!isSound(file, after)) return refuse('the result would not be valid; rewrite it by hand');
    return [{ file, path, text: mark + after, mode: (await stat(path)).mode & 0o777 }];
  } catch (thrown) {
    return refuse(messageOf(thrown));
  }
}

/**
 * Returns whether a document can be parsed without any error or warning, e.g. about a duplicate key. Returns true for
 * templates, because they are not documents.
 */
function isSound(file: string, text: string): boolean {
  if (file.endsWith('.tpl')) return true;
  const findings = new Findings('ErrUnexpectedError');
  const source = new Source(file, text);
  const document = file.endsWith('.json') ? parseJson(source, file, findings) : parseToml(source, file, findings);
  return document !== undefined && findings.diagnostics.length === 0;
}

async function problemOfFolder(bucket: Bucket, folder: string): Promise<string | undefined> {
  const real = await realpath(folder);
  if (!isBelow(real, bucket.realDir)) return 'it leads out of the bucket';
  return access(real, constants.W_OK).then(
    () => undefined,
    () => `its folder cannot be written`,
  );
}

async function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    (thrown: NodeJS.ErrnoException) => {
      if (thrown.code === 'ENOENT') return false;
      throw thrown;
    },
  );
}

function inBucket(bucket: Bucket, { from, to }: Move): Move {
  return { from: absolute(bucket, from), to: absolute(bucket, to) };
}

/** Returns the absolute path of `file`. `file` is relative to the repository root, as in findings. */
function absolute({ dir, path }: Bucket, file: string): string {
  return join(dir, path === '' ? file : file.slice(path.length + 1));
}

function shown({ dir, path }: Bucket, absolutePath: string): string {
  return join(path, absolutePath.slice(dir.length + 1));
}
