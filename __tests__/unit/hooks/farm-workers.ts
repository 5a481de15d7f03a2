/** Gives hooks of a test access to the workers of a farm. Each worker has a job folder. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CatalogJob, CatalogWorker } from '../../../src/catalog/types.ts';
import type { HookWorkers } from '../../../src/hooks/api/worker-tasks.ts';
import { hookWorkers } from '../../../src/session/hook-workers.ts';
import { guardWorkers } from '../../../src/transport/guarded-workers.ts';
import type { Transport } from '../../../src/transport/port.ts';
import type { Farm, FarmWorker } from '../../support/ssh-farm.ts';
import { aJob } from './rig.ts';

const BUCKET = 'a-bucket';

export interface FarmWorkers {
  readonly workers: HookWorkers;
  /** Lines that were shown while the commands ran, in the form `job@worker | line`. */
  readonly shown: readonly string[];
}

export interface FarmWorkersOptions {
  readonly farm: Farm;
  readonly transport: Transport;
  /** The workers of each job. */
  readonly places: Readonly<Record<string, readonly FarmWorker[]>>;
  /** Text that is put before every command. */
  readonly guard?: string;
  /** A worker that has left the catalog. `api` still has to be stopped there. */
  readonly left?: FarmWorker;
}

export function farmWorkers({ farm, transport, places, guard, left }: FarmWorkersOptions): FarmWorkers {
  const shown: string[] = [];
  const jobs = Object.entries(places).map(([name, at]): CatalogJob => {
    return aJob({ name, dir: '', hooks: [], files: [], hosts: at.map(({ host }) => host) });
  });
  const removed = [left ?? []].flat().map((worker) => {
    return {
      id: 'removed',
      job: 'api',
      host: worker.host,
      worker: toCatalog(worker, 0),
      workerLeft: true,
      disabled: false,
    };
  });
  const catalogWorkers = farm.workers.filter((worker) => worker !== left).map(toCatalog);
  const workers = hookWorkers({
    catalog: { bucketId: BUCKET, workers: catalogWorkers, jobs, removed, waves: [] },
    ledger: { allocation: () => undefined } as never, // nothing was ever promoted
    workers: guardWorkers(transport, { line: () => guard, forget: () => undefined }),
    emit: (event) => {
      if (event.type === 'output')
        shown.push(`${event.job}@${event.worker} ${event.stream === 'stdout' ? '|' : '!'} ${event.line}`);
    },
    signal: new AbortController().signal,
  });
  return { workers, shown };
}

/** Writes the Makefile of a job, as a deploy would have delivered it. */
export async function deliverMakefile({ root }: FarmWorker, job: string, makefile: string): Promise<void> {
  const folder = join(root, BUCKET, 'jobs', job);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'Makefile'), makefile);
}

function toCatalog(worker: FarmWorker, position: number): CatalogWorker {
  const facts = { id: worker.host, hostname: '', labels: ['worker'], memoryMb: 0, cpuMhz: 0, tags: {}, position };
  return { ...facts, ...worker.address() };
}
