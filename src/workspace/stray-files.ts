/**
 * Finds files that this program does not read, although their author probably expects it: files in the format of a
 * different tool, and files with a misspelled name.
 */
import type { Diagnostic } from '../base/diagnostic.ts';
import { nearestName } from '../base/text/nearest-name.ts';
import { excerpt } from '../base/text/quote.ts';
import { Findings } from '../document/findings.ts';
import { startOf } from './bucket.ts';
import type { BucketReader } from './reader.ts';

/** The names of files in the format of a different tool. `job.conf` is in the folder of a job. */
export const FOREIGN_FILES: readonly string[] = ['kive.conf', 'workers.conf', 'job.conf'];

/**
 * Files of `workspace/` that may be missing. When the name of such a file is misspelled, the file counts as missing.
 */
const OPTIONAL_FILES = ['workers.json', 'disabled.json', 'bucket.conf', 'bucket.jobs.conf'] as const;
const KNOWN_FILE =
  /^(?:workers(?:\..+)?\.json|disabled\.json|bucket(?:\.jobs(?:\..+)?)?\.conf|known_hosts|command\.sh)$/;

/**
 * Warns about files in the format of a different tool, and about files whose name is similar to the name of a missing
 * file.
 */
export async function findStrayFiles(reader: BucketReader): Promise<readonly Diagnostic[]> {
  const findings = new Findings('ErrInvalidJob');
  const [top, inside] = await Promise.all([filesIn(reader, ''), filesIn(reader, 'workspace')]);
  const warn = (path: string, what: string, hint: string): void => {
    findings.warning({ message: `${excerpt(path)} ${what}`, place: startOf(reader.bucket, path), hint });
  };
  for (const path of [...top, ...inside.map((name) => `workspace/${name}`)]) {
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (!FOREIGN_FILES.includes(name)) continue;
    warn(path, 'is a file of another format, and maand does not read it', FOREIGN_HINT);
  }
  const unread = inside.filter((name) => !KNOWN_FILE.test(name) && !FOREIGN_FILES.includes(name));
  for (const wanted of OPTIONAL_FILES) {
    if (inside.includes(wanted)) continue;
    const near = unread.find((name) => isMeantAs(name, wanted));
    if (near !== undefined) warn(`workspace/${near}`, 'is not read', `maand reads workspace/${wanted}: rename it`);
  }
  return findings.diagnostics;
}

export const FOREIGN_HINT = 'maand reads maand.conf, workspace/workers.json and workspace/jobs/<job>/manifest.json';

/**
 * Returns a hint when a folder without `maand.conf` has files in the format of a different tool, otherwise undefined.
 */
export async function foreignHint(reader: BucketReader): Promise<string | undefined> {
  const files = [...(await filesIn(reader, '')), ...(await filesIn(reader, 'workspace'))];
  const foreign = files.filter((name) => FOREIGN_FILES.includes(name));
  if (foreign.length === 0) return undefined;
  return `${foreign.join(', ')} there is of another format. ${FOREIGN_HINT}, beginning with: maand init`;
}

/**
 * Returns whether the author of a file probably meant the name `wanted`. A name with a suffix such as `.bak` is a
 * backup copy, so the result is false.
 */
function isMeantAs(name: string, wanted: string): boolean {
  if (name.startsWith(`${wanted}.`) || name.startsWith(`${wanted}~`)) return false;
  const stem = wanted.slice(0, wanted.lastIndexOf('.') + 1);
  return new RegExp(`^${stem.replaceAll('.', '\\.')}(?:json5?|jsonc|ya?ml|toml|conf|ini)$`).test(name)
    ? true
    : nearestName(name, [wanted]) !== undefined;
}

async function filesIn(reader: BucketReader, path: string): Promise<readonly string[]> {
  return (await reader.listInside(path)).flatMap(({ name, kind }) => (kind === 'file' ? [name] : []));
}
