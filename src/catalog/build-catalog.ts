/**
 * Builds the catalog (demands, placement, waves, ports and reservations) from the workspace and the decisions of
 * earlier builds. All findings are collected. A catalog may be used only when no diagnostic is an error.
 */
import type { Diagnostic } from '../base/diagnostic.ts';
import { compareText } from '../base/order.ts';
import { quoted } from '../base/text/quote.ts';
import type { Settings, WorkerEntry, Workspace } from '../workspace/types.ts';
import { addressOf } from './address.ts';
import { checkDemands } from './demands.ts';
import { nameId } from './identity.ts';
import { disabledBy, placeJobs } from './placement.ts';
import { assignPorts } from './ports.ts';
import { checkCapacity, reserve } from './resources.ts';
import { demandedJobs, sequenceJobs, wavesOf } from './sequence.ts';
import { reportStrays } from './strays.ts';
import type {
  Catalog,
  CatalogJob,
  CatalogWorker,
  Continuity,
  KnownPlace,
  KnownWorker,
  RemovedAllocation,
} from './types.ts';

export interface CatalogInput {
  readonly workspace: Workspace;
  readonly continuity: Continuity;
  /** Returns a new random id for a worker that no earlier build has recorded. */
  readonly newId: () => string;
}

export interface CatalogResult {
  readonly catalog: Catalog;
  readonly diagnostics: readonly Diagnostic[];
}

export function buildCatalog({ workspace, continuity, newId }: CatalogInput): CatalogResult {
  const diagnostics: Diagnostic[] = [
    ...unknownSections(workspace),
    ...reportStrays(workspace, continuity),
    ...checkDemands(workspace.jobs, new Set(workspace.flaws.jobs)),
  ];
  const knownIds = new Map(continuity.allocations.map(({ id, job, host }) => [`${job}|${host}`, id]));
  const { jobs: entries, disabled, settings, flaws } = workspace;
  const placement = placeJobs({ jobs: entries, workers: workspace.workers, disabled, flaws, knownIds });
  const sequence = sequenceJobs(entries);
  const ports = assignPorts({ jobs: entries, pool: workspace.portPool, previous: continuity.ports });
  diagnostics.push(...placement.diagnostics, ...sequence.diagnostics, ...ports.diagnostics);
  const jobs = entries.map((entry): CatalogJob => {
    const { reservation, diagnostics: found } = reserve(entry, workspace.jobConfig);
    diagnostics.push(...found);
    return {
      name: entry.name,
      id: nameId(entry.name),
      entry,
      version: entry.version === '' ? '0.0.0' : entry.version,
      deploymentSeq: sequence.seqOf.get(entry.name) ?? 0,
      reservation,
      ports: ports.ports[entry.name] ?? {},
      demandedJobs: demandedJobs(entry),
      allocations: placement.allocationsOf.get(entry.name) ?? [],
    };
  });
  if (!flaws.workers) diagnostics.push(...checkCapacity(loadsOf(workspace.workers, jobs)));
  const workers = workspace.workers.map((worker) => resolveWorker({ worker, settings, continuity, newId }));
  const waves = wavesOf(sequence.seqOf);
  return {
    catalog: {
      bucketId: continuity.bucketId,
      workers,
      jobs,
      waves,
      removed: removedOf({ continuity, jobs, workers, workspace }),
    },
    diagnostics,
  };
}

interface WorkerInput {
  readonly worker: WorkerEntry;
  readonly settings: Settings;
  readonly continuity: Continuity;
  readonly newId: () => string;
}

function resolveWorker({ worker, settings, continuity, newId }: WorkerInput): CatalogWorker {
  const { place: _place, ...entry } = worker;
  const known = Object.hasOwn(continuity.workers, worker.host) ? continuity.workers[worker.host] : undefined;
  const id = known === undefined || isGoneForGood(known, worker.host, continuity) ? newId() : known.id;
  return { ...entry, id, ...addressOf(worker, settings) };
}

/**
 * Returns whether a worker left the bucket and none of its allocations can still run. Until then the worker keeps its
 * id.
 */
function isGoneForGood({ left }: KnownWorker, host: string, { allocations }: Continuity): boolean {
  return left === true && !allocations.some((allocation) => allocation.host === host && mayStillRun(allocation));
}

function mayStillRun({ delivered, promoted, stopped }: KnownPlace): boolean {
  return stopped !== true && (delivered ?? promoted) !== undefined;
}

function loadsOf(workers: readonly WorkerEntry[], jobs: readonly CatalogJob[]) {
  const loads = new Map(workers.map((worker) => [worker.host, { worker, memoryMb: 0, cpuMhz: 0 }]));
  for (const { allocations, reservation } of jobs) {
    for (const { host, disabled } of allocations) {
      const load = loads.get(host);
      if (disabled || !load) continue;
      load.memoryMb += reservation.memoryMb;
      load.cpuMhz += reservation.cpuMhz;
    }
  }
  return [...loads.values()];
}

interface RemovedInput {
  readonly continuity: Continuity;
  readonly jobs: readonly CatalogJob[];
  readonly workers: readonly CatalogWorker[];
  readonly workspace: Workspace;
}

function removedOf({ continuity, jobs, workers, workspace }: RemovedInput): RemovedAllocation[] {
  const present = new Set(jobs.flatMap((job) => job.allocations.map(({ host }) => `${job.name}|${host}`)));
  const byHost = new Map(workers.map((worker) => [worker.host, worker]));
  const isDisabled = disabledBy(workspace.disabled);
  return continuity.allocations
    .filter(({ job, host }) => !present.has(`${job}|${host}`))
    .map(({ id, job, host }) => {
      const current = byHost.get(host);
      const worker = current ?? goneWorker(host, continuity, workspace.settings);
      return { id, job, host, worker, workerLeft: current === undefined, disabled: isDisabled(job, host) };
    })
    .sort((a, b) => compareText(a.job, b.job) || compareText(a.host, b.host));
}

/** Returns a worker that is no longer in `workers.json`, with its last known address. */
function goneWorker(host: string, continuity: Continuity, settings: Settings): CatalogWorker {
  const known = Object.hasOwn(continuity.workers, host) ? continuity.workers[host] : undefined;
  return {
    id: known?.id ?? '',
    host,
    hostname: '',
    labels: [],
    memoryMb: 0,
    cpuMhz: 0,
    tags: {},
    position: 0,
    port: known?.port ?? settings.sshPort,
    user: known?.user ?? settings.sshUser,
    root: known?.root ?? settings.workerRoot,
    useSudo: known?.useSudo ?? settings.useSudo,
    hostKey: known?.hostKey,
  };
}

function unknownSections({ jobs, jobConfig, flaws }: Workspace): Diagnostic[] {
  const names = new Set([...jobs.map((job) => job.name), ...flaws.jobs]);
  return Object.keys(jobConfig.sections)
    .filter((name) => !names.has(name))
    .map((name) => ({
      severity: 'warning',
      code: 'ErrInvalidBucketConf',
      message: `${jobConfig.file} has a section for the unknown job ${quoted(name)}`,
      place: jobConfig.placeOf([name]),
    }));
}
