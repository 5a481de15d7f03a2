/**
 * Decides which variants of the files of a bucket are read. The environment and the job config selector determine the
 * variants.
 */
import type { Place } from '../base/diagnostic.ts';
import { quoted } from '../base/text/quote.ts';
import type { Findings } from '../document/findings.ts';
import { isFileWord } from '../grammar/names.ts';
import { jobConfigPath } from './job/job-config.ts';
import type { BucketReader } from './reader.ts';
import type { LoadedSettings } from './settings.ts';

export interface SelectionRequest {
  readonly reader: BucketReader;
  readonly loaded: LoadedSettings;
  readonly environment: string | undefined;
  /** If set, this selector replaces `job_config_selector` of `maand.conf`. */
  readonly jobConfigSelector: string | undefined;
  readonly findings: Findings;
}

/** The environment and the selector whose files are read. */
export interface Selection {
  readonly environment: string | undefined;
  /** The selector in `bucket.jobs.<selector>.conf`; empty for `bucket.jobs.conf`. */
  readonly selector: string;
  /** The place where a file sets the selector; undefined when no file sets it. */
  readonly selectorPlace: Place | undefined;
}

/** Selects the variants. Environment and selector must be plain words, because they become part of file names. */
export async function selectVariants(request: SelectionRequest): Promise<Selection> {
  const { loaded, findings } = request;
  const environment = plainWord(request.environment, 'the environment', findings.as('ErrInvalidWorkerJSON'));
  const chosen = request.jobConfigSelector?.trim();
  const asked = chosen || (loaded.settings?.jobConfigSelector ?? '');
  const word = asked === 'auto' ? await followEnvironment(request.reader, environment) : asked;
  const selector = plainWord(word, 'job_config_selector', findings.as('ErrInvalidBucketConf')) ?? '';
  const node = chosen ? undefined : loaded.document?.root.members.get('job_config_selector')?.node;
  const selectorPlace = node && loaded.document ? loaded.document.source.placeAt(node.start) : undefined;
  return { environment, selector, selectorPlace };
}

/**
 * Returns the selector for an environment. The environment `default` has the empty selector, unless
 * `bucket.jobs.default.conf` exists.
 */
async function followEnvironment(reader: BucketReader, environment = ''): Promise<string> {
  if (environment !== 'default') return environment;
  return (await reader.look(jobConfigPath(environment))).kind === 'missing' ? '' : environment;
}

function plainWord(text: string | undefined, what: string, findings: Findings): string | undefined {
  if (text === undefined || text === '' || isFileWord(text)) return text || undefined;
  findings.error({ message: `${what} must be of letters, digits, "_", "." and "-" (got ${quoted(text)})` });
  return undefined;
}
