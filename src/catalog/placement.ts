/** Places jobs on workers: decides which allocations exist and which of them are disabled. */
import type { Diagnostic } from '../base/diagnostic.ts';
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
   * If `workers` is set, the list of workers is incomplete. Then unknown workers and missing allocations are not
   * reported.
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
  const offWorkers = new Set(input.disabled.workers);
  const allocationsOf = new Map<string, readonly Allocation[]>();
  for (const job of input.jobs) {
    const hosts = labelled.filter(({ labels }) => job.selectors.every((selector) => labels.has(selector)));
    const off = disabledHosts(job.name, input.disabled);
    const allocations = hosts.map(({ worker: { host } }, index) => ({
      id: input.knownIds.get(`${job.name}|${host}`) ?? allocationId(job.name, host),
      job: job.name,
      host,
      disabled: offWorkers.has(host) || off(host),
      index,
      newVersion: job.version === '' ? '0.0.0' : job.version,
    }));
    allocationsOf.set(job.name, allocations);
    if (!input.flaws.workers) diagnostics.push(...countProblems(job, allocations.length));
  }
  return { allocationsOf, diagnostics };
}

function disabledHosts(job: string, disabled: Disabled): (host: string) => boolean {
  const entry = Object.hasOwn(disabled.jobs, job) ? disabled.jobs[job] : undefined;
  if (!entry) return () => false;
  return (host) => entry.allocations.length === 0 || entry.allocations.includes(host);
}

function countProblems(job: JobEntry, count: number): Diagnostic[] {
  if (count < job.minAllocationsCount) {
    return [
      {
        severity: 'error',
        code: 'ErrInsufficientAllocations',
        message: `missing allocations: job ${excerpt(job.name)} has ${count} allocation(s), min_allocations_count is ${job.minAllocationsCount}`,
        place: job.placeOf(['min_allocations_count']),
        job: job.name,
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
    },
  ];
}

function* unknownDisabled({ jobs, workers, disabled, flaws }: PlacementInput): Generator<Diagnostic> {
  const hosts = new Set(workers.map((worker) => worker.host));
  const names = new Set([...jobs.map((job) => job.name), ...flaws.jobs]);
  const isUnknown = (host: string) => !flaws.workers && !hosts.has(host);
  const warn = (message: string, path: readonly (string | number)[]): Diagnostic => ({
    severity: 'warning',
    code: 'ErrInvalidDisabledJSON',
    message,
    place: disabled.placeOf(path),
  });
  for (const [index, host] of disabled.workers.entries()) {
    if (isUnknown(host)) yield warn(`disabled.json names the unknown worker ${quoted(host)}`, ['workers', index]);
  }
  for (const [job, { allocations }] of Object.entries(disabled.jobs)) {
    if (!names.has(job)) yield warn(`disabled.json names the unknown job ${quoted(job)}`, ['jobs', job]);
    for (const [index, host] of allocations.entries()) {
      if (!isUnknown(host)) continue;
      yield warn(`disabled.json names the unknown worker ${quoted(host)}`, ['jobs', job, 'allocations', index]);
    }
  }
}
