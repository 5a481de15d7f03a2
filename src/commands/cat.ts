/** `maand cat …`: listings of the bucket as it would be built now, with what the state knows (spec 07 §7.7). Reads only. */
import { Failure } from '../base/failure.ts';
import { tableText } from '../report/table.ts';
import type { Request } from '../request/request.ts';
import { continuityOf } from '../state/record-build.ts';
import { resolveCatalog } from './build.ts';
import { listCerts } from './cat-certs.ts';
import { listDeployments } from './cat-deployments.ts';
import { kvGet, listKv } from './cat-kv.ts';
import type { CommandResult, Face } from './face.ts';
import type { Listing, ListingInput } from './listing.ts';
import { locateBucket, openWorkspace, selectJobs } from './open-bucket.ts';
import { readState } from './open-state.ts';
import type { Tools } from './tools.ts';

type Lister = (input: ListingInput) => Listing | Promise<Listing>;

const LISTINGS: Readonly<Record<string, Lister>> = {
  workers: listWorkers,
  jobs: listJobs,
  allocations: listAllocations,
  deployments: listDeployments,
  hooks: listHooks,
  ports: listPorts,
  certs: listCerts,
  kv: listKv,
  info: listInfo,
};

export async function cat(request: Request, face: Face, tools: Tools): Promise<CommandResult> {
  const [what = '', ...rest] = request.operands;
  const lister = Object.hasOwn(LISTINGS, what) ? LISTINGS[what] : undefined;
  if (!lister) {
    const known = Object.keys(LISTINGS).join(', ');
    throw new Failure(`there is no listing "${what}"`, { exitCode: 2, hint: `there are: ${known}` });
  }
  const input = await openListing(request, face, tools);
  if (what === 'kv' && rest.length > 0) return kvGet(input, rest);
  const { columns, rows } = await lister(input);
  const text =
    rows.length === 0
      ? `nothing to show: ${what}\n`
      : tableText(
          columns,
          rows.map((row) => columns.map((column) => String(row[column] ?? ''))),
        );
  return { exitCode: 0, json: rows, text };
}

async function openListing(request: Request, face: Face, tools: Tools): Promise<ListingInput> {
  const bucketDir = await locateBucket(request, face);
  const workspace = await openWorkspace(bucketDir, request, face);
  const state = await readState({ request, face, tools, workspace });
  const catalog = resolveCatalog(workspace, continuityOf(state.ledger), face);
  const recorded = state.ledger.allocations;
  const names = [...catalog.jobs.map(({ name }) => name), ...recorded.map(({ job }) => job)];
  const hosts = [...catalog.workers.map(({ host }) => host), ...recorded.map(({ host }) => host)];
  const jobs = selectJobs(request.filters.jobs, [...new Set(names)]);
  const workers = selectWorkers(request.filters.workers, [...new Set(hosts)]);
  return { request, face, tools, workspace, catalog, state, jobs, workers };
}

function selectWorkers(wanted: readonly string[], present: readonly string[]): ReadonlySet<string> {
  const unknown = wanted.filter((host) => !present.includes(host));
  if (unknown.length > 0) throw new Failure(`workers not in this bucket: ${unknown.join(', ')}`, { exitCode: 2 });
  return new Set(wanted.length === 0 ? present : wanted);
}

function listWorkers({ catalog, workers }: ListingInput): Listing {
  return {
    columns: ['worker_ip', 'zone', 'cpu_mhz', 'memory_mb', 'position', 'labels'],
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

function listJobs({ catalog, jobs }: ListingInput): Listing {
  const rows = catalog.waves.flat().filter((name) => jobs.has(name));
  const byName = new Map(catalog.jobs.map((job) => [job.name, job]));
  return {
    columns: ['job', 'version', 'disabled', 'deployment_seq', 'cpu', 'memory', 'selectors'],
    rows: rows.flatMap((name) => {
      const job = byName.get(name);
      if (!job) return [];
      const { reservation, allocations } = job;
      return {
        job: name,
        version: job.version,
        disabled: allocations.length > 0 && allocations.every(({ disabled }) => disabled) ? 1 : 0,
        deployment_seq: job.deploymentSeq,
        cpu: `${reservation.cpuMhz} mhz (${reservation.cpuSource})`,
        memory: `${reservation.memoryMb} mb (${reservation.memorySource})`,
        selectors: job.entry.selectors.join(','),
      };
    }),
  };
}

function listAllocations({ catalog, jobs, workers }: ListingInput): Listing {
  const zones = new Map(catalog.workers.map(({ host, tags }) => [host, tags.zone ?? '']));
  const present = catalog.jobs.flatMap((job) =>
    job.allocations.map(({ id, host, disabled }) => ({ id, host, disabled, job: job.name, removed: 0 })),
  );
  const removed = catalog.removed.map(({ id, host, job }) => ({ id, host, job, disabled: false, removed: 1 }));
  return {
    columns: ['allocation_id', 'worker_ip', 'zone', 'job', 'disabled', 'removed'],
    rows: [...present, ...removed]
      .filter(({ job, host }) => jobs.has(job) && workers.has(host))
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

function listHooks({ catalog, jobs }: ListingInput): Listing {
  return {
    columns: ['job', 'hook', 'executed_on', 'demand_job', 'demand_hook', 'demand_config'],
    rows: catalog.jobs
      .filter(({ name }) => jobs.has(name))
      .flatMap((job) =>
        job.entry.hooks.flatMap(({ name, events, demand }) =>
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

function listPorts({ catalog, jobs }: ListingInput): Listing {
  return {
    columns: ['job', 'name', 'port'],
    rows: catalog.jobs
      .filter(({ name }) => jobs.has(name))
      .flatMap((job) => Object.entries(job.ports).map(([name, port]) => ({ job: job.name, name, port }))),
  };
}

function listInfo({ catalog, state }: ListingInput): Listing {
  const allocations = catalog.jobs.reduce((sum, job) => sum + job.allocations.length, 0);
  const entries = {
    bucket_id: catalog.bucketId,
    update_sequence: state.ledger.updateSeq,
    workers: catalog.workers.length,
    jobs: catalog.jobs.length,
    allocations,
  };
  return { columns: ['name', 'value'], rows: Object.entries(entries).map(([name, value]) => ({ name, value })) };
}
