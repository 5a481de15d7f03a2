/** Reads one job folder (its manifest, its variables and its files) and reports the errors in it. */
import { join } from 'node:path';
import type { Diagnostic, Place } from '../../base/diagnostic.ts';
import { excerpt } from '../../base/text/quote.ts';
import { type Document, fieldOf, membersOf, placeOf, recordOf } from '../../document/document.ts';
import { Findings } from '../../document/findings.ts';
import { flatStrings } from '../../document/flat-strings.ts';
import { parseJson } from '../../document/json.ts';
import { parseToml } from '../../document/toml.ts';
import { isJobName } from '../../grammar/names.ts';
import { startOf } from '../bucket.ts';
import { hookFor } from '../manifest/hooks.ts';
import { fitManifest, readParts } from '../manifest/manifest.ts';
import { reportOlderTemplates } from '../older/older-templates.ts';
import type { BucketReader, KnownFile } from '../reader.ts';
import { readKnownText, type TextRead } from '../text-file.ts';
import type { JobEntry, JobFile, Settings } from '../types.ts';
import { type JobFolder, jobPath, listJobFolder } from './job-folder.ts';

export interface JobRequest {
  readonly reader: BucketReader;
  readonly name: string;
  readonly settings: Settings;
}

export interface JobReading {
  readonly name: string;
  /** The job, with the parts that could be read; undefined when the manifest is not a JSON object. */
  readonly entry: JobEntry | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads one job folder. Returns undefined when the folder has no `manifest.json`, because such a folder is not a job.
 */
export async function readJob({ reader, name, settings }: JobRequest): Promise<JobReading | undefined> {
  if ((await reader.look(`${jobPath(name)}/manifest.json`)).kind === 'missing') return undefined;
  const findings = new Findings('ErrInvalidManifest', name);
  const folder = await listJobFolder({ reader, job: name, findings });
  const job: Job = { reader, name, findings, folder };
  const [written, vars, putOnlyVars] = await Promise.all([
    readManifest(job),
    readVars(job, 'vars.conf'),
    readVars(job, 'vars.toml'),
    digestOthers(job),
    reportOlderTemplates({ reader, job: name, folder, findings: findings.as('ErrInvalidJob') }),
  ]);
  const document = written && (await fitManifest({ document: written, job: name, findings }));
  checkFolder(job, document);
  if (document?.root.kind !== 'object') return { name, entry: undefined, diagnostics: findings.diagnostics };
  const entry: JobEntry = {
    name,
    dir: join(reader.bucket.dir, jobPath(name)),
    ...readParts({ document, job: name, findings, folder, settings }),
    vars,
    putOnlyVars,
    files: folder.files,
    emptyFolders: folder.emptyFolders,
    placeOf: (path) => placeOf(document, path),
  };
  return { name, entry, diagnostics: findings.diagnostics };
}

interface Job {
  readonly reader: BucketReader;
  readonly name: string;
  readonly findings: Findings;
  readonly folder: JobFolder;
}

/**
 * Files that are read as documents. These files are not hashed again, because a document is added to the digest when it
 * is read.
 */
const DOCUMENTS = new Set(['manifest.json', 'vars.conf', 'vars.toml']);

async function readManifest(job: Job): Promise<Document | undefined> {
  const { reader, name, findings, folder } = job;
  const subject = `invalid manifest.json: job ${excerpt(name)}`;
  if (folder.folders.has('manifest.json')) {
    const place = startOf(reader.bucket, `${jobPath(name)}/manifest.json`);
    findings.error({ message: `${subject}: manifest.json is a folder`, place });
  }
  const source = await readFileOf(job, 'manifest.json', { subject, findings });
  return source === 'missing' || source === 'refused' ? undefined : parseJson(source, subject, findings);
}

async function readVars(job: Job, file: 'vars.conf' | 'vars.toml'): Promise<JobEntry['vars']> {
  const about = `invalid ${file}: ${excerpt(jobPath(job.name))}/${file}`;
  const findings = job.findings.as('ErrInvalidJobVars');
  const source = await readFileOf(job, file, { subject: about, findings });
  const document = source === 'missing' || source === 'refused' ? undefined : parseToml(source, about, findings);
  return document ? flatStrings({ source: document.source, table: document.root, findings, about }) : recordOf([]);
}

interface Reported {
  readonly subject: string;
  readonly findings: Findings;
}

/**
 * Reads a file at the top of the job folder. Returns `missing` for a file that was not listed; an error in listing it
 * was already reported.
 */
async function readFileOf({ reader, name, folder }: Job, path: string, reported: Reported): Promise<TextRead> {
  const file = folder.files.find((one) => one.path === path);
  if (!file) return 'missing';
  const known = knownIn(name, file);
  return readKnownText({ reader, path: known.path, ...reported }, known);
}

async function digestOthers({ reader, name, findings, folder }: Job): Promise<void> {
  for (const path of folder.emptyFolders) reader.digestFolder(`${jobPath(name)}/${path}`);
  const others = folder.files.filter(({ path }) => !DOCUMENTS.has(path)).map((file) => knownIn(name, file));
  await Promise.all(
    others.map(async (file) => {
      const counted = await reader.digestFile(file);
      if (counted.kind === 'done') return;
      const reason = counted.kind === 'missing' ? 'it disappeared while it was being read' : counted.reason;
      const message = `invalid job: job ${excerpt(name)}, ${excerpt(file.path)} cannot be read: ${reason}`;
      findings.error({ code: 'ErrInvalidJob', message, place: startOf(reader.bucket, file.path) });
    }),
  );
}

function knownIn(job: string, { path, sourcePath, executable, sizeBytes }: JobFile): KnownFile {
  return { path: `${jobPath(job)}/${path}`, sourcePath, executable, sizeBytes };
}

/** Warns about the older names `_modules/` and `vars.toml`. When the new name exists too, reports an error. */
function reportOlderNames({ reader, name, findings, folder }: Job): void {
  const about = `job ${excerpt(name)}`;
  const placeOfPath = (path: string): Place => startOf(reader.bucket, `${jobPath(name)}/${path}`);
  const paths = new Set(folder.files.map(({ path }) => path));
  if (folder.folders.has('_modules')) {
    const place = placeOfPath('_modules');
    const [from, to] = [place.file, placeOfPath('_hooks').file];
    if (folder.folders.has('_hooks')) {
      const message = `invalid job: ${about} has both _hooks/ and its older name _modules/`;
      findings.error({ code: 'ErrInvalidJob', message, place, hint: 'move everything into _hooks/' });
    } else {
      const repair = { change: '_modules/ -> _hooks/', edits: [], move: { from, to } };
      findings
        .as('ErrInvalidJob')
        .warning({ message: `${about}: _modules/ is an older name for _hooks/`, place, repair });
    }
  }
  if (!paths.has('vars.toml')) return;
  const vars = findings.as('ErrInvalidJobVars');
  const place = placeOfPath('vars.toml');
  if (paths.has('vars.conf')) {
    const message = `invalid vars.toml: ${about} has both vars.conf and the older vars.toml`;
    vars.error({
      message,
      place,
      hint: `move its entries into vars.conf; templates and hooks then read them from vars/bucket/job/${name}`,
    });
  } else {
    const message = `${about}: vars.toml is the older form of vars.conf; --fix does not rename it, since their entries go to different namespaces`;
    const hint = `rename it to vars.conf, and read its entries from vars/bucket/job/${name} instead of vars/job/${name} in templates and hooks`;
    vars.warning({ message, place, hint });
  }
}

/** Checks which files a job folder must and must not contain. The rules for the manifest are checked elsewhere. */
function checkFolder({ reader, name, findings, folder }: Job, document: Document | undefined): void {
  const place = startOf(reader.bucket, `${jobPath(name)}/manifest.json`);
  const about = `job ${excerpt(name)}`;
  const paths = new Set(folder.files.map(({ path }) => path));
  const job = findings.as('ErrInvalidJob');
  reportOlderNames({ reader, name, findings, folder });
  if (!isJobName(name)) {
    const message = `invalid job: ${about} must have a name of at most 63 letters, digits, "_", "." and "-" that begins with a letter or digit`;
    job.error({ message, place });
  }
  if (!paths.has('Makefile') && !paths.has('Makefile.tpl')) {
    const message = `invalid job: ${about}, Makefile or Makefile.tpl not found`;
    if (document && hookFor('job_control', document.root) !== undefined) job.warning({ message, place });
    else job.error({ message, place });
  }
  if (paths.has('prometheus.yml') && paths.has('prometheus.yml.tpl')) {
    job.error({ message: `invalid job: ${about} cannot define both prometheus.yml and prometheus.yml.tpl`, place });
  }
  const obstacles = document ? certificateObstacles(document, folder, paths) : [];
  for (const [path, what] of obstacles) {
    job.error({
      message: `invalid job: ${about}, ${excerpt(path)} conflicts with ${what}, which a deploy delivers: rename it`,
      place,
    });
  }
  if (folder.folders.has('certs')) {
    const message = `${about} ships a folder certs/: certificates of the same names overwrite its files`;
    job.warning({ message, place });
  }
}

/**
 * Returns the paths of a job that conflict with its certificates. Such a path is a file where certificates need a
 * folder, or a folder where they need a file. Each path is returned together with the file or folder that certificates
 * need at this path.
 */
function certificateObstacles(
  document: Document,
  { folders }: JobFolder,
  files: ReadonlySet<string>,
): (readonly [string, string])[] {
  const names = membersOf(fieldOf(document.root, 'certs')).map(([name]) => name);
  if (names.length === 0) return [];
  const delivered = ['certs/ca.crt', ...names.flatMap((name) => [`certs/${name}.crt`, `certs/${name}.key`])];
  return [
    ...['certs', 'certs.tpl'].filter((path) => files.has(path)).map((path) => [path, 'the folder certs/'] as const),
    ...delivered.filter((path) => folders.has(path)).map((path) => [`${path}/`, path] as const),
  ];
}
