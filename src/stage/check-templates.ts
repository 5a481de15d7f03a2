/**
 * Checks templates without rendering them. A template must parse, and its output must have a valid path. A warning is
 * reported when the output can change although the job was not changed. Every build runs these checks, also with
 * `--check`.
 */
import { readFile } from 'node:fs/promises';
import { mapLimit } from '../base/concurrency.ts';
import type { Diagnostic, Place } from '../base/diagnostic.ts';
import { fsPath, shownName } from '../base/file-name.ts';
import { TemplateError } from '../template/error.ts';
import { LARGEST_TEXT_BYTES } from '../template/limits.ts';
import { parseTemplate, type Template } from '../template/parse/parser.ts';
import { fieldsUsed, type TemplatePlace } from '../template/parse/used-fields.ts';
import type { JobEntry, JobFile, Workspace } from '../workspace/types.ts';
import { isDelivered, isTemplate, outputPath, outputProblem } from './tree.ts';

const FILES_AT_ONCE = 16;
const START: TemplatePlace = { line: 1, column: 1 };

/**
 * Template fields whose values change although the job was not changed. A job that uses such a field is rolled out
 * again.
 */
const RESTLESS: Readonly<Record<string, { readonly why: string; readonly hint: string }>> = {
  UpdateSeq: {
    why: 'grows with every deploy: the job is rolled each time',
    hint: 'leave it out; update_seq is in worker.json on every worker',
  },
  CurrentVersion: {
    why: 'changes when a new version is promoted: the deploy after it rolls the job once more',
    hint: 'read $CURRENT_VERSION in the Makefile instead',
  },
};
const RESTLESS_NAMES: ReadonlySet<string> = new Set(Object.keys(RESTLESS));

/** Matches the error for functions that this version does not have. */
const PROMETHEUS = /function "(?:scrapeConfigs|ruleFiles)" not defined/;

/** Returns the findings in the order of jobs and files. */
export async function checkTemplates({
  jobs,
  bucketPath,
}: Pick<Workspace, 'jobs' | 'bucketPath'>): Promise<Diagnostic[]> {
  const templates = jobs.flatMap((job) =>
    job.files.filter((file) => isTemplate(file) && isDelivered(outputPath(file))).map((file) => ({ job, file })),
  );
  const found = await mapLimit(templates, FILES_AT_ONCE, ({ job, file }) => checkTemplate({ job, file, bucketPath }));
  return found.flat();
}

interface TemplateOfJob {
  readonly job: JobEntry;
  readonly file: JobFile;
  readonly bucketPath: string;
}

async function checkTemplate(one: TemplateOfJob): Promise<readonly Diagnostic[]> {
  const { job, file } = one;
  if (file.sizeBytes > LARGEST_TEXT_BYTES) return [tooLarge(one)];
  const bytes = await readFile(fsPath(file.sourcePath)).catch(() => undefined); // a file that cannot be read was already reported
  if (bytes === undefined) return [];
  const about = `job ${job.name}: ${shownName(file.path)}`;
  const problem = outputProblem(file, job.files);
  const placed =
    problem === undefined ? [] : [finding(one, { severity: 'error', message: `job ${job.name}: ${problem}` })];
  const parsed = parse(one, bytes);
  if (!('definitions' in parsed)) return [...placed, parsed];
  const output = outputPath(file);
  const overwrites = job.files.some(({ path }) => path === output);
  const clash = finding(one, {
    severity: 'warning',
    message: `${about} overwrites the plain file ${shownName(output)}`,
    hint: 'remove one of them',
  });
  return [...placed, ...(overwrites ? [clash] : []), ...restless(one, parsed, about)];
}

function tooLarge(one: TemplateOfJob): Diagnostic {
  const { job, file } = one;
  const message = `job ${job.name}: template ${shownName(file.path)} is larger than 64 MiB`;
  return finding(one, { severity: 'error', message, hint: 'deliver it as a plain file, without .tpl' });
}

function parse(one: TemplateOfJob, bytes: Buffer): Template | Diagnostic {
  const { job, file } = one;
  try {
    return parseTemplate(file.path, bytes);
  } catch (thrown) {
    if (!(thrown instanceof TemplateError)) throw thrown;
    const place = { line: thrown.line, column: columnOf(bytes, thrown) };
    const hint = PROMETHEUS.test(thrown.message) ? { hint: 'this version has no Prometheus integration' } : {};
    const message = `job ${job.name}: parse template ${shownName(file.path)}: ${thrown.message}`;
    return finding(one, { severity: 'error', place, message, ...hint });
  }
}

/** Converts the byte offset of an error in its line to a column, starting at 1 and counted in UTF-16 units. */
function columnOf(bytes: Buffer, { line, column = 0 }: TemplateError): number {
  const text = bytes.toString('latin1').split('\n')[line - 1] ?? '';
  return Buffer.from(text.slice(0, column), 'latin1').toString('utf8').length + 1;
}

/** Reports each field once per file, at its first use. */
function restless(one: TemplateOfJob, template: Template, about: string): Diagnostic[] {
  const uses = fieldsUsed(template, RESTLESS_NAMES);
  return Object.entries(RESTLESS).flatMap(([name, { why, hint }]) => {
    const use = uses.find((field) => field.name === name);
    return use
      ? [finding(one, { severity: 'warning', place: use, message: `${about} uses .${name}, which ${why}`, hint })]
      : [];
  });
}

interface Finding {
  readonly severity: Diagnostic['severity'];
  /** The place in the file. Default: the beginning of the file. */
  readonly place?: TemplatePlace;
  readonly message: string;
  readonly hint?: string;
}

function finding({ job, file, bucketPath }: TemplateOfJob, { place = START, ...words }: Finding): Diagnostic {
  const path = `workspace/jobs/${job.name}/${shownName(file.path)}`;
  const { line, column } = place;
  const where: Place = { file: bucketPath === '' ? path : `${bucketPath}/${path}`, line, column };
  return { ...words, code: 'ErrInvalidJob', place: where, job: job.name };
}
