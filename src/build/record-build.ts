/** Carries decisions of builds through the state: what a build takes over from earlier ones, and what it leaves there. */
import type { Catalog, CatalogWorker, Continuity, KnownWorker } from '../catalog/types.ts';
import type { AllocationRecord } from '../state/document.ts';
import type { Ledger } from '../state/ledger.ts';

/** What a build takes over from the state. */
export function continuityOf(ledger: Ledger): Continuity {
  const { bucketId, workers, ports, allocations } = ledger;
  return { bucketId, workers, ports, allocations };
}

/**
 * Writes a built catalog into the state: records for every allocation, worker ids, ports. An allocation that was
 * removed keeps its record until it is stopped and collected.
 */
export function recordBuild(ledger: Ledger, catalog: Catalog, builtDigest: string): void {
  for (const allocation of catalog.jobs.flatMap((job) => job.allocations)) {
    const known = ledger.allocation(allocation.id);
    ledger.record(updateRecord(known ?? newRecord(allocation), allocation.disabled));
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

/** What was stopped, or is enabled again, forgets what was promoted, so that the next deploy starts it. */
function updateRecord(record: AllocationRecord, disabled: boolean): AllocationRecord {
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

/** Workers that left but still have something to be stopped: their addresses are needed until then. */
function goneWorkers({ removed }: Catalog): CatalogWorker[] {
  return removed.filter(({ workerLeft }) => workerLeft).map(({ worker }) => worker);
}

/** What was delivered belongs to the place: another worker on the same host, or another root, has got nothing yet. */
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
