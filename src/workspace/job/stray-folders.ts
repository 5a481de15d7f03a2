/**
 * Finds folders that look like jobs but are not read as jobs: folders without `manifest.json`, and folders outside of
 * `workspace/jobs`.
 */
import { nearestName } from '../../base/text/nearest-name.ts';
import { excerpt } from '../../base/text/quote.ts';
import { startOf } from '../bucket.ts';
import type { BucketReader, FolderEntry } from '../reader.ts';
import { FOREIGN_FILES, FOREIGN_HINT } from '../stray-files.ts';
import type { StrayFolder } from '../types.ts';
import { jobPath } from './job-folder.ts';

const MANIFEST = 'manifest.json';
/** Folders that hold dependencies or versions, and never jobs. */
const SKIPPED = new Set(['node_modules', 'venv', '__pycache__']);

/**
 * Returns the folders that are not read as jobs. `withoutManifest` names folders of `workspace/jobs` that have no
 * `manifest.json`; folders whose name begins with a dot are left out.
 */
export async function findStrayFolders(
  reader: BucketReader,
  withoutManifest: readonly string[],
): Promise<readonly StrayFolder[]> {
  const inJobs = withoutManifest.filter((name) => !name.startsWith('.'));
  const elsewhere = await foldersElsewhere(reader);
  const found = await Promise.all([
    ...inJobs.map((name) => strayJob(reader, name)),
    ...elsewhere.map((path) => misplacedJobs(reader, path)),
  ]);
  return found.filter((one) => one !== undefined);
}

/** Describes a folder of `workspace/jobs` without manifest. */
async function strayJob(reader: BucketReader, name: string): Promise<StrayFolder> {
  const path = jobPath(name);
  const entries = await reader.listInside(path);
  const files = entries.flatMap((entry) => (entry.kind === 'file' ? [entry.name] : []));
  const nested = await foldersWithManifest(reader, path, entries);
  const foreign = files.find((file) => FOREIGN_FILES.includes(file));
  const near = nearestName(MANIFEST, files);
  const [inner] = nested;
  const hint =
    foreign !== undefined
      ? FOREIGN_HINT
      : near !== undefined
        ? `rename ${excerpt(near)} to ${MANIFEST}`
        : inner !== undefined
          ? `move ${excerpt(`${path}/${inner}`)} up: a job is a folder directly in workspace/jobs`
          : 'add its manifest.json, or remove the folder';
  const also = foreign === undefined ? '' : `; ${excerpt(foreign)} is a file of another format`;
  return {
    jobs: [name, ...nested],
    isNotable: true,
    what: `${excerpt(path)} is not a job, because it has no ${MANIFEST}${also}`,
    hint,
    place: startOf(reader.bucket, files[0] === undefined ? path : `${path}/${foreign ?? near ?? files[0]}`),
  };
}

/** Describes a folder outside of `workspace/jobs` that holds jobs, or that is a job. */
async function misplacedJobs(reader: BucketReader, path: string): Promise<StrayFolder | undefined> {
  const entries = await reader.listInside(path);
  const isJob = entries.some(({ name, kind }) => name === MANIFEST && kind === 'file');
  const nested = await foldersWithManifest(reader, path, entries);
  const jobs = isJob ? [path.slice(path.lastIndexOf('/') + 1), ...nested] : nested;
  const [first] = jobs;
  if (first === undefined) return undefined;
  const inner = isJob ? path : `${path}/${first}`;
  return {
    jobs,
    isNotable: false,
    what: `${excerpt(inner)} has a ${MANIFEST}, but it is not in workspace/jobs`,
    hint: `move it to ${excerpt(jobPath(first))}`,
    place: startOf(reader.bucket, `${inner}/${MANIFEST}`),
  };
}

/**
 * Returns the folders in which a user may have put jobs by mistake: the folders beside `workspace/jobs`, and a folder
 * `jobs` or `job` beside `workspace`.
 */
async function foldersElsewhere(reader: BucketReader): Promise<string[]> {
  const beside = foldersOf(await reader.listInside('workspace')).filter((name) => name !== 'jobs');
  const top = foldersOf(await reader.listInside('')).filter((name) => name === 'jobs' || name === 'job');
  return [...beside.map((name) => `workspace/${name}`), ...top];
}

async function foldersWithManifest(
  reader: BucketReader,
  path: string,
  entries: readonly FolderEntry[],
): Promise<string[]> {
  const folders = foldersOf(entries);
  const looks = await Promise.all(folders.map((name) => reader.look(`${path}/${name}/${MANIFEST}`)));
  return folders.filter((_name, at) => looks[at]?.kind === 'done');
}

function foldersOf(entries: readonly FolderEntry[]): string[] {
  return entries.flatMap(({ name, kind }) =>
    kind === 'folder' && !name.startsWith('.') && !SKIPPED.has(name) ? [name] : [],
  );
}
