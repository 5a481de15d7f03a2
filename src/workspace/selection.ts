/** Decides which variants of the files of a bucket are read: by environment and by job config selector. */
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
  /** Instead of `job_config_selector` of `maand.conf`. */
  readonly jobConfigSelector: string | undefined;
  readonly findings: Findings;
}

/** Which variants of the files of a bucket are read. */
export interface Selection {
  readonly environment: string | undefined;
  /** Of `bucket.jobs.<selector>.conf`; empty: `bucket.jobs.conf`. */
  readonly selector: string;
  /** Where the selector was chosen, if in a file. */
  readonly selectorPlace: Place | undefined;
}

/** Environment and selector become parts of file names: anything else than a plain word is refused. */
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

/** The environment `default` means the plain file unless it has one of its own. */
async function followEnvironment(reader: BucketReader, environment = ''): Promise<string> {
  if (environment !== 'default') return environment;
  return (await reader.look(jobConfigPath(environment))).kind === 'missing' ? '' : environment;
}

function plainWord(text: string | undefined, what: string, findings: Findings): string | undefined {
  if (text === undefined || text === '' || isFileWord(text)) return text || undefined;
  findings.error({ message: `${what} must be of letters, digits, "_", "." and "-" (got ${quoted(text)})` });
  return undefined;
}
