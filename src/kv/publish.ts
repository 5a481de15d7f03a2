/**
 * Writes the keys that a build publishes into the store. Removes the keys of jobs, workers and allocations that no
 * longer exist.
 */
import {
  allocationEntries,
  bucketEntries,
  indexLabels,
  jobEntries,
  jobVarsEntries,
  PROMETHEUS_ENTRIES,
  sharedWorkerEntries,
  workerEntries,
} from '../catalog/kv-entries.ts';
import type { Catalog } from '../catalog/types.ts';
import type { Workspace } from '../workspace/types.ts';
import {
  allocationNamespace,
  bucketVarsNamespace,
  jobNamespace,
  jobNamespaces,
  tagsNamespace,
  varsNamespace,
  workerNamespace,
} from './namespaces.ts';
import type { KvStore } from './store.ts';

/**
 * Returns whether `publishCatalog` keeps a key. Later steps of the build write certificates, and deploys write the
 * promoted version.
 */
const keepForLater = (key: string): boolean => key === 'version' || key.startsWith('certs/');

/**
 * Updates all namespaces that a build writes, so that they match the catalog. Keys are written and deleted. The
 * namespaces of jobs and workers that no longer exist are cleared. Values that hooks wrote for an existing job stay.
 */
export function publishCatalog(store: KvStore, catalog: Catalog, workspace: Workspace): void {
  const index = indexLabels(catalog.workers);
  store.sync('maand/bucket', bucketEntries(catalog));
  store.sync('vars/bucket', workspace.bucketVars);
  store.sync('maand/worker', sharedWorkerEntries(index), (key) => key.startsWith('certs/'));
  store.sync('maand/prometheus', PROMETHEUS_ENTRIES);
  const jobsOn = activeJobsByHost(catalog);
  for (const worker of catalog.workers) {
    store.sync(workerNamespace(worker.host), workerEntries(worker, index, jobsOn.get(worker.host) ?? []));
    store.sync(tagsNamespace(worker.host), worker.tags);
  }
  const emptied = jobsThatLostAll(catalog);
  for (const job of catalog.jobs) {
    if (emptied.has(job.name)) {
      clearPublished(store, job.name);
      continue;
    }
    store.sync(jobNamespace(job.name), jobEntries(job));
    store.sync(bucketVarsNamespace(job.name), jobVarsEntries(job, workspace));
    for (const [key, value] of Object.entries(job.entry.putOnlyVars)) store.put(varsNamespace(job.name), key, value);
    for (const { host } of job.allocations) {
      store.sync(allocationNamespace(job.name, host), allocationEntries(job, host), keepForLater);
    }
  }
  clearWhatLeft(store, catalog);
}

function activeJobsByHost(catalog: Catalog): Map<string, string[]> {
  const jobsOn = new Map<string, string[]>();
  for (const { name, allocations } of catalog.jobs) {
    for (const { host, disabled } of allocations) {
      if (!disabled) jobsOn.set(host, [...(jobsOn.get(host) ?? []), name]);
    }
  }
  return jobsOn;
}

function clearWhatLeft(store: KvStore, catalog: Catalog): void {
  for (const { job, host } of catalog.removed) store.clear(allocationNamespace(job, host));
  const jobs = new Set(catalog.jobs.map(({ name }) => name));
  const hosts = new Set(catalog.workers.map(({ host }) => host));
  for (const namespace of store.namespaces()) {
    const host = /^maand\/worker\/([^/]+)(?:\/tags)?$/.exec(namespace)?.[1];
    if (host !== undefined && !hosts.has(host)) store.clear(namespace);
    const job = /^(?:maand|vars|secrets|vars\/bucket)\/job\/([^/]+)$/.exec(namespace)?.[1];
    if (job !== undefined && !jobs.has(job)) store.clear(namespace);
  }
}

/**
 * Returns the jobs of the workspace that lost their last allocation in this build. The keys that builds published for
 * these jobs are removed. The keys that hooks wrote stay.
 */
function jobsThatLostAll(catalog: Catalog): Set<string> {
  const lost = new Set(catalog.removed.map(({ job }) => job));
  return new Set(
    catalog.jobs.filter((job) => lost.has(job.name) && job.allocations.length === 0).map(({ name }) => name),
  );
}

function clearPublished(store: KvStore, job: string): void {
  store.clear(jobNamespace(job));
  store.clear(bucketVarsNamespace(job));
}

/** Clears every namespace of a job, including the values that its hooks wrote. */
export function clearJob(store: KvStore, job: string): void {
  for (const namespace of jobNamespaces(job)) store.clear(namespace);
}
