/**
 * Computes the entries about the catalog that a build writes to the KV store. Each function is pure and returns a
 * record from key to value.
 */
import { compareText } from '../base/order.ts';
import type { Workspace } from '../workspace/types.ts';
import { nameId } from './identity.ts';
import type { Catalog, CatalogJob, CatalogWorker } from './types.ts';

export type KvEntries = Readonly<Record<string, string>>;

const list = (items: readonly string[]): string => items.join(',');

const activeHosts = (job: CatalogJob): string[] =>
  job.allocations.filter((allocation) => !allocation.disabled).map(({ host }) => host);

/** Returns the entries of `maand/bucket`. */
export function bucketEntries({ bucketId, jobs }: Catalog): KvEntries {
  const active = jobs.filter((job) => activeHosts(job).length > 0);
  const ports = active.flatMap((job) => Object.entries(job.ports).map(([name, number]) => [name, String(number)]));
  return {
    ...(Object.fromEntries(ports) as KvEntries),
    bucket_id: bucketId,
    jobs: list(jobs.map(({ name }) => name)),
    active_jobs: list(active.map(({ name }) => name)),
  };
}

/** Maps each label to the workers that have it, in the order of the workers. */
export type LabelIndex = ReadonlyMap<string, readonly CatalogWorker[]>;

export function indexLabels(workers: readonly CatalogWorker[]): LabelIndex {
  const index = new Map<string, CatalogWorker[]>();
  for (const worker of workers) {
    for (const label of worker.labels) {
      const members = index.get(label) ?? [];
      members.push(worker);
      index.set(label, members);
    }
  }
  return index;
}

/** Returns the entries of `maand/worker`, which all workers share. */
export function sharedWorkerEntries(index: LabelIndex): KvEntries {
  const entries = [...index].flatMap(([label, members]) => [
    [`${label}_workers`, list(members.map(({ host }) => host))],
    [`${label}_workers_length`, String(members.length)],
    [`${label}_label_id`, nameId(label)],
    ...members.map(({ host }, at) => [`${label}_${at}`, host]),
  ]);
  return Object.fromEntries(entries) as KvEntries;
}

/** Returns the entries of `maand/worker/<host>`; `jobs` are the names of the jobs that are active on that worker. */
export function workerEntries(worker: CatalogWorker, index: LabelIndex, jobs: readonly string[]): KvEntries {
  const labelEntries = worker.labels.flatMap((label) => {
    const hosts = (index.get(label) ?? []).map(({ host }) => host);
    const peers = hosts.filter((host) => host !== worker.host);
    const at: [string, string] = [`${label}_allocation_index`, String(hosts.indexOf(worker.host))];
    return peers.length > 0 ? [at, [`${label}_peers`, list(peers)] as [string, string]] : [at];
  });
  return {
    ...Object.fromEntries(labelEntries),
    worker_ip: worker.host,
    worker_id: worker.id,
    ...(worker.hostname === '' ? {} : { hostname: worker.hostname }),
    position: String(worker.position),
    labels: list(worker.labels),
    worker_memory_mb: String(worker.memoryMb),
    worker_cpu_mhz: String(worker.cpuMhz),
    jobs: list([...jobs].sort(compareText)),
  };
}

/** Returns the entries of `maand/job/<job>`. */
export function jobEntries(job: CatalogJob): KvEntries {
  const { reservation, entry } = job;
  const active = activeHosts(job);
  const memory = boundsOrReservation(entry.memoryMb, reservation.memoryMb);
  const cpu = boundsOrReservation(entry.cpuMhz, reservation.cpuMhz);
  return {
    job_id: job.id,
    name: job.name,
    job_name: job.name,
    version: job.version,
    selectors: list(entry.selectors),
    min_memory_mb: String(memory.min),
    max_memory_mb: String(memory.max),
    min_cpu_mhz: String(cpu.min),
    max_cpu_mhz: String(cpu.max),
    memory: String(reservation.memoryMb),
    cpu: String(reservation.cpuMhz),
    workers: list(active),
    workers_length: String(active.length),
    ...Object.fromEntries(active.map((host, at) => [`worker_${at}`, host])),
    rollout_order: list(active),
  };
}

function boundsOrReservation(bounds: { readonly min: number; readonly max: number }, reserved: number) {
  return bounds.min === 0 && bounds.max === 0 ? { min: reserved, max: reserved } : bounds;
}

/** Returns the entries of `maand/job/<job>/worker/<host>`, without the entries that certificates and deploys add. */
export function allocationEntries(job: CatalogJob, host: string): KvEntries {
  const hosts = job.allocations.map((allocation) => allocation.host);
  return {
    [`${job.name}_allocation_index`]: String(hosts.indexOf(host)),
    peer_workers: list(hosts.filter((other) => other !== host)),
  };
}

/**
 * Returns the entries of `vars/bucket/job/<job>`. `vars.conf` contains the defaults. A key in the job's section of the
 * bucket's job configuration replaces the default.
 */
export function jobVarsEntries(job: CatalogJob, { jobConfig }: Workspace): KvEntries {
  const section = Object.hasOwn(jobConfig.sections, job.name) ? jobConfig.sections[job.name] : {};
  return { ...job.entry.vars, ...section };
}

/** The entries of `maand/prometheus` in a bucket without a Prometheus job. */
export const PROMETHEUS_ENTRIES: KvEntries = { scrape_configs: '[]', scrape_jobs: '', scrape_jobs_length: '0' };
