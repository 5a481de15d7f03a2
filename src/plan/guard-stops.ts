/**
 * Decides whether the stops of a plan look like a mistake. One wrong letter in a label or a selector can stop a service
 * everywhere, so such a plan is carried out only after the user has allowed its stops.
 */
import type { Catalog, CatalogJob } from '../catalog/types.ts';
import type { ReconcileStep, Refusal, RefusedJob, StopCause } from '../events/plan.ts';
import type { KnownAllocation } from './plan-job.ts';

/** The jobs that may be stopped everywhere. */
export type AllowedStops = 'all' | ReadonlySet<string>;

export interface GuardInput {
  readonly catalog: Catalog;
  readonly known: (allocationId: string) => KnownAllocation | undefined;
  readonly reconcile: readonly ReconcileStep[];
  /**
   * Returns whether this deploy starts allocations of the job. For example, a deploy does not start a job that is not
   * selected.
   */
  readonly starts: (job: string) => boolean;
  readonly allowed: AllowedStops;
}

/** An allocation that was started successfully and was not stopped after that. */
interface Running {
  readonly id: string;
  readonly job: string;
  readonly host: string;
  /** Whether `disabled.json` disables the allocation. The stop of a disabled allocation is intended. */
  readonly disabled: boolean;
}

/**
 * Returns the stops that a deploy must refuse, or undefined when there are none. A deploy refuses to stop everything
 * that runs. A deploy also refuses to stop all running allocations of an enabled job, unless the deploy starts the job
 * on workers where it did not run. A deploy never refuses stops that `disabled.json` asks for. A deploy also never
 * refuses to remove a job while a different deployed job stays in the workspace.
 */
export function guardStops(input: GuardInput): Refusal | undefined {
  const { reconcile, allowed } = input;
  const stopping = new Set(
    reconcile.flatMap(({ action, allocationId }) => (action === 'forget' ? [] : [allocationId])),
  );
  const running = runningIn(input);
  const stopped = running.filter(({ id }) => stopping.has(id));
  if (stopped.length === 0 || allowed === 'all') return undefined;
  const scale = stopped.length === running.length ? 'everything' : 'some';
  const kept = new Set(running.flatMap(({ id, job }) => (stopping.has(id) ? [] : [job])));
  const suspects = [...new Set(stopped.map(({ job }) => job))].sort().flatMap((job): RefusedJob[] => {
    const own = stopped.filter((one) => one.job === job);
    const cause = kept.has(job) || own.every(({ disabled }) => disabled) ? undefined : causeOf(input, job, scale);
    return cause ? [{ job, workers: own.map(({ host }) => host), cause }] : [];
  });
  const jobs = suspects.filter(({ job }) => !allowed.has(job));
  if (jobs.length === 0) return undefined;
  return {
    code: scale === 'everything' ? 'stops-everything' : 'stops-job',
    ...emptiness(input.catalog),
    jobs,
    allow: suspects.map(({ job }) => job),
  };
}

function emptiness({ workers, jobs }: Catalog): Pick<Refusal, 'empty'> {
  if (workers.length === 0) return { empty: 'workers' };
  return jobs.length === 0 ? { empty: 'jobs' } : {};
}

/** Returns why the job would stop on every worker, or undefined when the stop is intended. */
function causeOf(input: GuardInput, name: string, scale: 'everything' | 'some'): StopCause | undefined {
  const job = input.catalog.jobs.find((one) => one.name === name);
  if (job === undefined) return scale === 'everything' && !isOtherDeployed(input) ? { kind: 'left' } : undefined;
  if (job.allocations.length === 0) return { kind: 'no-worker', selectors: job.entry.selectors };
  const workers = job.allocations.filter(({ disabled }) => !disabled).map(({ host }) => host);
  if (workers.length === 0) return { kind: 'rest-disabled' };
  if (!input.starts(name)) return { kind: 'not-started', workers };
  return scale === 'everything' ? { kind: 'moves', workers } : undefined;
}

/**
 * Returns whether at least one job of the workspace is deployed. Such a job may be disabled, and this plan may stop it.
 */
function isOtherDeployed({ catalog, known }: GuardInput): boolean {
  const own = new Set(catalog.jobs.map(({ name }) => name));
  const ids = [...catalog.jobs.flatMap(({ allocations }) => allocations), ...catalog.removed]
    .filter(({ job }) => own.has(job))
    .map(({ id }) => id);
  return ids.some((id) => isApplied(known(id)));
}

function runningIn({ catalog, known }: GuardInput): Running[] {
  const placed = catalog.jobs.flatMap(({ allocations }: CatalogJob): readonly Running[] => allocations);
  return [...placed, ...catalog.removed].filter(({ id }) => {
    const record = known(id);
    return isApplied(record) && record?.stopped === false;
  });
}

/**
 * Returns whether a lifecycle command has succeeded for the allocation. An upload alone does not start the allocation.
 */
function isApplied(record: KnownAllocation | undefined): boolean {
  return (record?.promoted ?? record?.applied) !== undefined;
}
