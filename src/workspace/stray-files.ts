/** Finds files of the workspace that nothing reads, although their author expects it: other formats, misspelt names. */
import type { Diagnostic } from '../base/diagnostic.ts';
import { nearestName } from '../base/text/nearest-name.ts';
import { excerpt } from '../base/text/quote.ts';
import { Findings } from '../document/findings.ts';
import { startOf } from './bucket.ts';
import type { BucketReader } from './reader.ts';

/** Files of another tool's format. `job.conf` stands in the folder of a job. */
export const FOREIGN_FILES: readonly string[] = ['kive.conf', 'workers.conf', 'job.conf'];

/** Files of `workspace/` that may be missing. A misspelt name looks like a missing file. */
const OPTIONAL_FILES = ['workers.json', 'disabled.json', 'bucket.conf', 'bucket.jobs.conf'] as const;
const KNOWN_FILE =
  /^(?:workers(?:\..+)?\.json|disabled\.json|bucket(?:\.jobs(?:\..+)?)?\.conf|known_hosts|command\.sh)$/;

/** Warns about files of other formats, and about files whose name is nearly the name of a missing file. */
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

/** Returns a hint when a folder without `maand.conf` is in the format of another tool, otherwise undefined. */
export async function foreignHint(reader: BucketReader): Promise<string | undefined> {
  const files = [...(await filesIn(reader, '')), ...(await filesIn(reader, 'workspace'))];
  const foreign = files.filter((name) => FOREIGN_FILES.includes(name));
  if (foreign.length === 0) return undefined;
  return `${foreign.join(', ')} there is of another format. ${FOREIGN_HINT}, beginning with: maand init`;
}

/** Returns whether a file is probably meant as `wanted`. A suffix such as `.bak` means that the file was put aside. */
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
