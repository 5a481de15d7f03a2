/**
 * Reads `bucket.jobs.conf`, or the variant for a selector. The file has a section with reservations and variables for
 * each job.
 */
import type { Diagnostic, Place } from '../../base/diagnostic.ts';
import { misspelling } from '../../base/text/nearest-name.ts';
import { excerpt, quoted } from '../../base/text/quote.ts';
import { fieldOf, placeOf, recordOf, textOf } from '../../document/document.ts';
import { Findings } from '../../document/findings.ts';
import { flatStrings } from '../../document/flat-strings.ts';
import { parseToml, type TomlDocument } from '../../document/toml.ts';
import { parseCpuMhz, parseMemoryMb } from '../../grammar/units.ts';
import { fileIn, startOf } from '../bucket.ts';
import { OlderWords } from '../older/older-words.ts';
import type { BucketReader } from '../reader.ts';
import { readText } from '../text-file.ts';
import type { JobConfig } from '../types.ts';

export interface JobConfigRequest {
  readonly reader: BucketReader;
  /** The selector; empty for `bucket.jobs.conf`. */
  readonly selector: string;
  /** The place where a file sets the selector; undefined when no file sets it. */
  readonly selectorPlace: Place | undefined;
}

export interface JobConfigResult {
  readonly jobConfig: JobConfig;
  readonly diagnostics: readonly Diagnostic[];
}

/** Keys that set a reservation. A key that is not in this list is a variable. */
const RESERVATIONS: readonly string[] = ['memory', 'cpu'];
const OLDER_KEYS = { MEMORY: 'memory', CPU: 'cpu' } as const;

const subjectOf = (path: string): string => `invalid bucket.conf: bucket conf ${path}`;

/** Returns the path of the file for a selector, relative to the bucket. */
export function jobConfigPath(selector: string): string {
  return selector === '' ? 'workspace/bucket.jobs.conf' : `workspace/bucket.jobs.${selector}.conf`;
}

/**
 * Reads exactly one file, because variants do not extend each other. A missing file is an error when a selector is set.
 * Otherwise a typing mistake in the selector would drop all reservations.
 */
export async function readJobConfig({ reader, selector, selectorPlace }: JobConfigRequest): Promise<JobConfigResult> {
  const findings = new Findings('ErrInvalidBucketConf');
  const path = jobConfigPath(selector);
  const file = fileIn(reader.bucket, path);
  const subject = subjectOf(path);
  const source = await readText({ reader, path, subject, findings });
  if (source === 'missing' && selector !== '') {
    const message = `${subject} does not exist, but job_config_selector is ${quoted(selector)}`;
    findings.error({ message, ...(selectorPlace && { place: selectorPlace }) });
  }
  const document = source === 'missing' || source === 'refused' ? undefined : parseToml(source, subject, findings);
  const jobConfig: JobConfig = {
    file,
    sections: document ? readSections({ document, path, findings }) : recordOf([]),
    placeOf: (at) => (document ? placeOf(document, at) : startOf(reader.bucket, path)),
  };
  return { jobConfig, diagnostics: findings.diagnostics };
}

interface SectionsRequest {
  readonly document: TomlDocument;
  readonly path: string;
  readonly findings: Findings;
}

function readSections({ document, path, findings }: SectionsRequest): JobConfig['sections'] {
  const { source, root } = document;
  const subject = subjectOf(path);
  const sections: [string, Readonly<Record<string, string>>][] = [];
  const words = new OlderWords({ source, findings, title: path.slice(path.lastIndexOf('/') + 1) });
  for (const [job, { keyStart, node: written }] of root.members) {
    const node = written.kind === 'object' ? words.rename(written, OLDER_KEYS) : written;
    if (node.kind !== 'object') {
      const message = `${subject} ${quoted(job)} is outside the table of a job`;
      findings.error({ message, place: source.placeAt(keyStart), hint: 'begin with a line such as [api]' });
      continue;
    }
    for (const [key, member] of node.members) {
      const meant = RESERVATIONS.includes(key) ? undefined : misspelling(key, RESERVATIONS);
      if (!meant) continue;
      const message = `${subject} [${excerpt(job)}] unknown key ${quoted(key)}`;
      findings.error({ message, place: source.placeAt(member.keyStart), hint: meant.hint });
    }
    sections.push([job, flatStrings({ source, table: node, findings, about: `${subject} [${excerpt(job)}]` })]);
    for (const [key, parse] of [
      ['memory', parseMemoryMb],
      ['cpu', parseCpuMhz],
    ] as const) {
      const value = fieldOf(node, key);
      const result = parse(textOf(value) ?? '');
      const reason = !result.ok ? result.reason : result.value < 0 ? `${key} can't be less than 0` : undefined;
      if (!value || reason === undefined) continue;
      findings.error({ message: `${subject} [${excerpt(job)}] ${reason}`, place: source.placeAt(value.start) });
    }
  }
  return recordOf(sections);
}
