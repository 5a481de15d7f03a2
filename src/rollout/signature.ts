/**
 * Signs workers: `worker.json` names the state that wrote there last, so that a run of another state, or of an older
 * copy of this one, notices it.
 */
import type { CatalogWorker } from '../catalog/types.ts';
import type { Writer } from '../sight/worker-facts.ts';
import type { WorkerIdentity } from '../stage/staging-area.ts';
import { workerProgram } from '../worker-side/program.ts';
import { bucketFolder, type Run } from './run.ts';

type Signing = Pick<Run, 'catalog' | 'ledger' | 'origin'>;

/** Returns the content of `worker.json`. `updateSeq`: the number of the update that is on the worker. */
export function identityOf({ catalog, ledger, origin }: Signing, worker: CatalogWorker, updateSeq: number) {
  const { kind, name, by } = origin;
  const writer: Writer = { kind, name, serial: ledger.serial, run: by };
  return {
    bucket_id: catalog.bucketId,
    worker_id: worker.id,
    worker_ip: worker.host,
    labels: worker.labels,
    update_seq: updateSeq,
    writer,
  } satisfies WorkerIdentity;
}

/**
 * Returns a function that gives the line of POSIX `sh` to run before the first change of a worker in this run. It gives
 * none for later changes, and none for a worker that never got a delivery.
 */
export function openSignature(signing: Signing): (worker: { readonly host: string }) => string | undefined {
  const signed = new Set<string>();
  return ({ host }) => {
    const worker = signing.catalog.workers.find((one) => one.host === host);
    const updateSeq = signing.ledger.workers[host]?.updateSeq;
    if (signed.has(host) || worker === undefined || updateSeq === undefined) return undefined;
    signed.add(host);
    const text = JSON.stringify(identityOf(signing, worker, updateSeq), null, 3);
    return workerProgram('sight/sign', { variables: { folder: bucketFolder(worker, signing.catalog.bucketId), text } });
  };
}
