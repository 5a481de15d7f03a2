/** Places jobs on workers: decides which allocations exist and which of them are disabled. */
import type { Diagnostic } from '../base/diagnostic.ts';
import { didYouMean } from '../base/text/nearest-name.ts';
import { excerpt, quoted } from '../base/text/quote.ts';
import type { Disabled, Flaws, JobEntry, WorkerEntry } from '../workspace/types.ts';
import { allocationId } from './identity.ts';
import type { Allocation } from './types.ts';

export interface PlacementInput {
  readonly jobs: readonly JobEntry[];
  /** All workers, sorted by position, then host. */
  readonly workers: readonly WorkerEntry[];
  readonly disabled: Disabled;
  /**
   * If `workers` is set, the list of workers is incomplete. In this case, unknown workers and missing allocations are
   * not reported.
   */
  readonly flaws: Flaws;
  /** Maps `job|host` to the id that an earlier build gave the allocation. */
  readonly knownIds: ReadonlyMap<string, string>;
}

export interface Placement {
  /** Maps each job to its allocations, in the order of the workers. */
  readonly allocationsOf: ReadonlyMap<string, readonly Allocation[]>;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Places every job on every worker that has all selectors of the job as labels, and applies `disabled.json`. An
 * allocation that an earlier build already had keeps its id.
 */
export function placeJobs(input: PlacementInput): Placement {
  const diagnostics = [...unknownDisabled(input)];
  const labelled = input.workers.map((worker) => ({ worker, labels: new Set(worker.labels) }));
  const isDisabled = disabledBy(input.disabled);
  const allLabels = new Set(input.workers.flatMap((worker) => worker.labels));
  const allocationsOf = new Map<string, readonly Allocation[]>();
  for (const job of input.jobs) {
    const hosts = labelled.filter(({ labels }) => job.selectors.every((selector) => labels.has(selector)));
    const allocations = hosts.map(({ worker: { host } }, index) => ({
      id: input.knownIds.get(`${job.name}|${host}`) ?? allocationId(job.name, host),
      job: job.name,
      host,
      disabled: isDisabled(job.name, host),
      index,
      newVersion: job.version === '' ? '0.0.0' : job.version,
    }));
    allocationsOf.set(job.name, allocations);
    if (!input.flaws.workers) diagnostics.push(...countProblems(job, allocations.length, allLabels));
  }
  return { allocationsOf, diagnostics };
}

/** Returns a function that tells whether `disabled.json` names the job, the worker or this allocation. */
export function disabledBy({
  jobs,
  workers,
}: Pick<Disabled, 'jobs' | 'workers'>): (job: string, host: string) => boolean {
  const off = new Set(workers);
  const hostsOf = new Map(Object.entries(jobs).map(([job, { allocations }]) => [job, new Set(allocations)]));
  return (job, host) => {
    const hosts = hostsOf.get(job);
    return off.has(host) || (hosts !== undefined && (hosts.size === 0 || hosts.has(host)));
  };
}

function countProblems(job: JobEntry, count: number, labels: ReadonlySet<string>): Diagnostic[] {
  const hint = labelHint(job, labels);
  if (count < job.minAllocationsCount) {
    return [
      {
        severity: 'error',
        code: 'ErrInsufficientAllocations',
        message: `missing allocations: job ${excerpt(job.name)} has ${count} allocation(s), min_allocations_count is ${job.minAllocationsCount}`,
        place: job.placeOf(['min_allocations_count']),
        job: job.name,
        ...(hint !== undefined && { hint }),
      },
    ];
  }
  if (count > 0) return [];
  return [
    {
      severity: 'warning',
      code: 'ErrInsufficientAllocations',
      message: `job ${excerpt(job.name)} is placed on no worker: none has the labels ${excerpt(job.selectors.join(', '))}`,
      place: job.placeOf(['selectors']),
      job: job.name,
      ...(hint !== undefined && { hint }),
    },
  ];
}

/** Returns a hint when a selector of the job almost equals a label of a worker. */
function labelHint({ selectors }: JobEntry, labels: ReadonlySet<string>): string | undefined {
  const hints = selectors.filter((selector) => !labels.has(selector)).map((selector) => didYouMean(selector, labels));
  return hints.find((hint) => hint !== undefined);
}

function* unknownDisabled({ jobs, workers, disabled, flaws }: PlacementInput): Generator<Diagnostic> {
  const hosts = new Set(workers.map((worker) => worker.host));
  const names = new Set([...jobs.map((job) => job.name), ...flaws.jobs]);
  const isUnknown = (host: string) => !flaws.workers && !hosts.has(host);
  const warn = (what: string, name: string, path: readonly (string | number)[]): Diagnostic => {
    const hint = didYouMean(name, what === 'job' ? names : hosts);
    return {
      severity: 'warning',
      code: 'ErrInvalidDisabledJSON',
      message: `disabled.json names the unknown ${what} ${quoted(name)}`,
      place: disabled.placeOf(path),
      ...(hint !== undefined && { hint }),
    };
  };
  for (const [index, host] of disabled.workers.entries()) {
    if (isUnknown(host)) yield warn('worker', host, ['workers', index]);
  }
  for (const [job, { allocations }] of Object.entries(disabled.jobs)) {
    if (!names.has(job)) yield warn('job', job, ['jobs', job]);
    for (const [index, host] of allocations.entries()) {
      if (!isUnknown(host)) continue;
      yield warn('worker', host, ['jobs', job, 'allocations', index]);
    }
  }
}
