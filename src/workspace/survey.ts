/** Collects the findings of every file of a workspace, for `build --fix`. */
import type { Diagnostic } from '../base/diagnostic.ts';
import { isFileWord } from '../grammar/names.ts';
import { type Bucket, placeBucket } from './bucket.ts';
import { readBucketConf } from './bucket-conf.ts';
import { readDisabled } from './disabled.ts';
import { readJobConfig } from './job/job-config.ts';
import { byPlace, readJobs } from './read-workspace.ts';
import { BucketReader } from './reader.ts';
import { loadSettings } from './settings.ts';
import { readWorkers } from './workers.ts';

export interface Survey {
  readonly bucket: Bucket;
  /** All findings, sorted by file and position. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Returns the findings of every file of the workspace. The findings include the variants for all environments and
 * selectors, even unused variants.
 */
export async function surveyWorkspace(bucketDir: string, checkout = ''): Promise<Survey> {
  const bucket = await placeBucket(bucketDir, checkout);
  const reader = new BucketReader(bucket);
  const { settings, diagnostics } = await loadSettings(reader);
  if (!settings) return { bucket, diagnostics };
  const names = await fileNames(reader);
  const read = await Promise.all([
    readBucketConf(reader),
    readDisabled(reader),
    readJobs(reader, settings),
    ...wordsIn(names, /^workers(?:\.(.+))?\.json$/).map((word) =>
      readWorkers({ reader, environment: word === '' ? undefined : word }),
    ),
    ...wordsIn(names, /^bucket\.jobs(?:\.(.+))?\.conf$/).map((selector) =>
      readJobConfig({ reader, selector, selectorPlace: undefined }),
    ),
  ]);
  return { bucket, diagnostics: [...diagnostics, ...read.flatMap((one) => one.diagnostics)].sort(byPlace) };
}

async function fileNames(reader: BucketReader): Promise<readonly string[]> {
  const listed = await reader.list('workspace');
  return listed.kind === 'done' ? listed.value.map(({ name }) => name) : [];
}

/**
 * Returns the environments or selectors for which a file exists. The empty text represents the file name without an
 * environment or selector.
 */
function wordsIn(names: readonly string[], pattern: RegExp): string[] {
  return names.flatMap((name) => {
    const match = pattern.exec(name);
    const word = match?.[1] ?? '';
    return match && (word === '' || isFileWord(word)) ? [word] : [];
  });
}
