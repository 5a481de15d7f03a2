/**
 * Keeps the decisions of builds in the state: reads the decisions of earlier builds, and records those of a new build.
 */
import type { Allocation, Catalog, CatalogWorker, Continuity, KnownWorker } from '../catalog/types.ts';
import type { AllocationRecord } from '../state/document.ts';
import type { Ledger } from '../state/ledger.ts';

/** Returns the decisions of earlier builds that a new build keeps. */
export function continuityOf(ledger: Ledger): Continuity {
  const { bucketId, workers, ports, allocations } = ledger;
  return { bucketId, workers, ports, allocations };
}

/**
 * Records a built catalog in the state: a record for every allocation, the ids of workers, and the ports. The record of
 * a removed allocation remains until the allocation is stopped and collected.
 */
export function recordBuild(ledger: Ledger, catalog: Catalog, builtDigest: string): void {
  for (const allocation of catalog.jobs.flatMap((job) => job.allocations)) {
    const known = ledger.allocation(allocation.id);
    ledger.record(updateRecord(known ?? newRecord(allocation), allocation));
  }
  for (const { id } of catalog.removed) {
    const known = ledger.allocation(id);
    if (known) ledger.record({ ...known, removed: true });
  }
  const known = (worker: CatalogWorker) => knownWorker(worker, ledger.workers[worker.host]);
  ledger.recordBuild({
    digest: builtDigest,
    workers: Object.fromEntries([
      ...catalog.workers.map((worker) => [worker.host, known(worker)] as const),
      ...goneWorkers(catalog).map((worker) => [worker.host, { ...known(worker), left: true }] as const),
    ]),
    ports: Object.fromEntries(catalog.jobs.map((job) => [job.name, job.ports])),
  });
}

function newRecord({
  id,
  job,
  host,
}: {
  readonly id: string;
  readonly job: string;
  readonly host: string;
}): AllocationRecord {
  return { id, job, host, disabled: false, removed: false, currentVersion: '0.0.0' };
}

/**
 * Updates a record. An allocation that was stopped or disabled loses its promoted tree when it is enabled again, so
 * that the next deploy starts it.
 */
function updateRecord(record: AllocationRecord, { disabled }: Pick<Allocation, 'disabled'>): AllocationRecord {
  const { promoted, applied, stopped, ...rest } = record;
  const wasDown = stopped || (record.disabled && !record.removed);
  if (wasDown && !disabled) return { ...rest, disabled, removed: false, repeat: true };
  return {
    ...rest,
    disabled,
    removed: false,
    ...(promoted ? { promoted } : {}),
    ...(applied ? { applied } : {}),
    ...(stopped && disabled ? { stopped } : {}),
  };
}

/**
 * Returns the workers that left the bucket but still have allocations to stop. The addresses of these workers are
 * needed until then.
 */
function goneWorkers({ removed }: Catalog): CatalogWorker[] {
  return removed.filter(({ workerLeft }) => workerLeft).map(({ worker }) => worker);
}

/**
 * Returns the worker for the state. The update sequence is kept only for the same worker with the same root. A
 * different worker on the host, or a different root, has received nothing yet.
 */
function knownWorker(worker: CatalogWorker, earlier: KnownWorker | undefined): KnownWorker {
  const { id, port, user, root, useSudo, hostKey } = worker;
  const updateSeq = earlier?.id === id && earlier.root === root ? earlier.updateSeq : undefined;
  return {
    id,
    port,
    user,
    root,
    useSudo,
    ...(hostKey === undefined ? {} : { hostKey }),
    ...(updateSeq === undefined ? {} : { updateSeq }),
  };
}
