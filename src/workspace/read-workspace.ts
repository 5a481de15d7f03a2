/**
 * Reads a whole bucket from disk into a `Workspace`. The files are read and checked in parallel, each file separately.
 * The catalog checks the rules that concern several files. Nothing is written, and nothing outside the bucket is read.
 */
import { mapLimit } from '../base/concurrency.ts';
import { type Diagnostic, hasErrors } from '../base/diagnostic.ts';
import { compareText } from '../base/order.ts';
import { spelledAs } from '../base/text/host-spelling.ts';
import { recordOf } from '../document/document.ts';
import { Findings } from '../document/findings.ts';
import { placeBucket } from './bucket.ts';
import { readBucketConf } from './bucket-conf.ts';
import { readDisabled } from './disabled.ts';
import { type JobReading, readJob } from './job/job.ts';
import { readJobConfig } from './job/job-config.ts';
import { listJobNames } from './job/job-names.ts';
import { findStrayFolders } from './job/stray-folders.ts';
import { BucketReader } from './reader.ts';
import { selectVariants } from './selection.ts';
import { loadSettings, type SettingsResult } from './settings.ts';
import { findStrayFiles } from './stray-files.ts';
import type { Disabled, Settings, Workspace } from './types.ts';
import { readWorkers } from './workers.ts';

export interface ReadOptions {
  readonly bucketDir: string;
  /** If `workers.<environment>.json` exists, this file is read instead of `workers.json`. */
  readonly environment?: string;
  /** If set, this selector replaces `job_config_selector` of `maand.conf`. The value `auto` means the environment. */
  readonly jobConfigSelector?: string;
  /** The checkout of the run, which is the repository root; '' outside of a run. */
  readonly checkout?: string;
}

export interface ReadResult {
  /**
   * The workspace, with the parts that could be read; undefined when `maand.conf` is missing. If the diagnostics
   * contain errors, the workspace may be used only to find more errors, never for a deploy. `flaws` lists the
   * incomplete parts.
   */
  readonly workspace: Workspace | undefined;
  /** All findings, sorted by file and position. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads only `maand.conf`, for commands that need no other file of the bucket. */
export async function readSettings(bucketDir: string, checkout = ''): Promise<SettingsResult> {
  const { settings, diagnostics } = await loadSettings(new BucketReader(await placeBucket(bucketDir, checkout)));
  return { settings, diagnostics };
}

/**
 * Reads a whole bucket. Invalid, missing and unreadable files are reported as diagnostics; no error is thrown for such
 * files.
 */
export async function readWorkspace(options: ReadOptions): Promise<ReadResult> {
  const reader = new BucketReader(await placeBucket(options.bucketDir, options.checkout));
  const loaded = await loadSettings(reader);
  if (!loaded.settings) return { workspace: undefined, diagnostics: loaded.diagnostics };
  const findings = new Findings('ErrInvalidMaandConf');
  const { environment, jobConfigSelector } = options;
  const selection = await selectVariants({ reader, loaded, environment, jobConfigSelector, findings });
  const [workers, bucketConf, jobConfig, disabled, jobs, stray] = await Promise.all([
    readWorkers({ reader, environment: selection.environment }),
    readBucketConf(reader),
    readJobConfig({ reader, ...selection }),
    readDisabled(reader),
    readJobs(reader, loaded.settings),
    findStrayFiles(reader),
  ]);
  const files = [loaded, findings, workers, bucketConf, jobConfig, disabled, jobs, { diagnostics: stray }];
  const workspace: Workspace = {
    bucketDir: reader.bucket.dir,
    bucketPath: reader.bucket.path,
    bucketRoot: reader.bucket.root,
    gitPath: reader.bucket.gitPath,
    settings: { ...loaded.settings, jobConfigSelector: selection.selector },
    workers: workers.workers,
    bucketVars: bucketConf.bucketVars,
    portPool: bucketConf.portPool,
    jobConfig: jobConfig.jobConfig,
    disabled: spellHosts(disabled.disabled, workers.workers),
    jobs: jobs.results.flatMap(({ entry }) => entry ?? []),
    strays: jobs.strays,
    flaws: {
      workers: hasErrors(workers.diagnostics),
      jobs: jobs.results.filter(({ diagnostics }) => hasErrors(diagnostics)).map(({ name }) => name),
    },
    digest: reader.digest(),
  };
  return { workspace, diagnostics: files.flatMap(({ diagnostics }) => diagnostics).sort(byPlace) };
}

/** Returns `disabled.json` with each host in the spelling of `workers.json`. */
function spellHosts(disabled: Disabled, workers: Workspace['workers']): Disabled {
  const listed = workers.map(({ host }) => host);
  const jobs = Object.entries(disabled.jobs).map(([job, { allocations }]): [string, Disabled['jobs'][string]] => [
    job,
    { allocations: spelledAs(allocations, listed) },
  ]);
  return { ...disabled, jobs: recordOf(jobs), workers: spelledAs(disabled.workers, listed) };
}

const JOBS_AT_ONCE = 16;

interface JobsResult {
  /** The readings of all jobs, sorted by the UTF-8 bytes of the name. */
  readonly results: readonly JobReading[];
  readonly strays: Workspace['strays'];
  readonly diagnostics: readonly Diagnostic[];
}

export async function readJobs(reader: BucketReader, settings: Settings): Promise<JobsResult> {
  const findings = new Findings('ErrInvalidJob');
  const names = await listJobNames(reader, findings);
  const read = await mapLimit(names, JOBS_AT_ONCE, (name) => readJob({ reader, name, settings }));
  const results = read.filter((result) => result !== undefined);
  const strays = await findStrayFolders(
    reader,
    names.filter((_name, at) => read[at] === undefined),
  );
  return {
    results,
    strays,
    diagnostics: [...findings.diagnostics, ...results.flatMap(({ diagnostics }) => diagnostics)],
  };
}

/** Compares two diagnostics by file, position and message. Diagnostics without a place come first. */
export function byPlace(a: Diagnostic, b: Diagnostic): number {
  const file = compareText(a.place?.file ?? '', b.place?.file ?? '');
  if (file !== 0) return file;
  const line = (a.place?.line ?? 0) - (b.place?.line ?? 0);
  return line || (a.place?.column ?? 0) - (b.place?.column ?? 0) || compareText(a.message, b.message);
}
