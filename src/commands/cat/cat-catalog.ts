/** Lists the workers, jobs, allocations, hooks and ports that a build makes of the workspace. */
import { compareText } from '../../base/order.ts';
import type { CatalogJob } from '../../catalog/types.ts';
import type { Listing, ListingInput } from './listing.ts';

/** Lists the workers by position. */
export function listWorkers({ catalog, workers }: ListingInput): Listing {
  return {
    columns: ['worker_ip', 'zone', 'cpu_mhz', 'memory_mb', 'position', 'labels'],
    titles: { worker_ip: 'Worker IP', cpu_mhz: 'CPU (mhz)', memory_mb: 'Memory (mb)', position: 'Position' },
    rows: catalog.workers
      .filter(({ host }) => workers.has(host))
      .map((worker) => ({
        worker_ip: worker.host,
        zone: worker.tags.zone ?? '',
        cpu_mhz: worker.cpuMhz,
        memory_mb: worker.memoryMb,
        position: worker.position,
        labels: worker.labels.join(','),
      })),
  };
}

/** Lists the jobs by wave, then name. A job is `disabled` when it has allocations and none of them is active. */
export function listJobs({ catalog, jobs }: ListingInput): Listing {
  const byName = new Map(catalog.jobs.map((job) => [job.name, job]));
  return {
    columns: ['job', 'version', 'disabled', 'deployment_seq', 'cpu', 'memory', 'selectors'],
    rows: catalog.waves
      .flat()
      .filter((name) => jobs.has(name))
      .flatMap((name) => byName.get(name) ?? [])
      .map(({ name, version, deploymentSeq, reservation, allocations, entry }) => ({
        job: name,
        version,
        disabled: allocations.length > 0 && allocations.every(({ disabled }) => disabled) ? 1 : 0,
        deployment_seq: deploymentSeq,
        cpu: `${reservation.cpuMhz} mhz (${reservation.cpuSource})`,
        memory: `${reservation.memoryMb} mb (${reservation.memorySource})`,
        selectors: entry.selectors.join(','),
      })),
  };
}

/**
 * Lists the allocations by job. The wanted allocations of a job come first, in the order of the workers; the removed ones
 * follow.
 */
export function listAllocations({ catalog, jobs, workers }: ListingInput): Listing {
  const zones = new Map(catalog.workers.map(({ host, tags }) => [host, tags.zone ?? '']));
  const present = catalog.jobs.flatMap(({ allocations }) => allocations.map((one) => ({ ...one, removed: 0 })));
  const removed = catalog.removed.map((one) => ({ ...one, disabled: false, removed: 1 }));
  return {
    columns: ['allocation_id', 'worker_ip', 'zone', 'job', 'disabled', 'removed'],
    rows: [...present, ...removed]
      .filter(({ job, host }) => jobs.has(job) && workers.has(host))
      .sort((a, b) => compareText(a.job, b.job)) // the sort is stable, so the order of the workers stays
      .map(({ id, host, job, disabled, removed: gone }) => ({
        allocation_id: id,
        worker_ip: host,
        zone: zones.get(host) ?? '',
        job,
        disabled: disabled ? 1 : 0,
        removed: gone,
      })),
  };
}

/** Lists the hooks by job, then hook; each event of a hook has a row. */
export function listHooks(input: ListingInput): Listing {
  return {
    columns: ['job', 'hook', 'executed_on', 'demand_job', 'demand_hook', 'demand_config'],
    rows: selected(input).flatMap((job) =>
      [...job.entry.hooks]
        .sort((a, b) => compareText(a.name, b.name))
        .flatMap(({ name, events, demand }) =>
          events.map((event) => ({
            job: job.name,
            hook: name,
            executed_on: event,
            demand_job: demand?.job ?? '',
            demand_hook: demand?.hook ?? '',
            demand_config: demand ? JSON.stringify(demand.config) : '',
          })),
        ),
    ),
  };
}

/** Lists the ports by job, then name. */
export function listPorts(input: ListingInput): Listing {
  return {
    columns: ['job', 'name', 'port'],
    rows: selected(input).flatMap((job) =>
      Object.entries(job.ports)
        .sort(([a], [b]) => compareText(a, b))
        .map(([name, port]) => ({ job: job.name, name, port })),
    ),
  };
}

function selected({ catalog, jobs }: ListingInput): CatalogJob[] {
  return catalog.jobs.filter(({ name }) => jobs.has(name));
}
