/**
 * The values that one deploy passes from step to step. `compose.ts` chooses the implementations, not this folder.
 */
import type { Masker } from '../base/masker.ts';
import type { Allocation, Catalog, CatalogJob, CatalogWorker } from '../catalog/types.ts';
import type { HookEvent } from '../events/hook-event.ts';
import type { Emit } from '../events/rollout-event.ts';
import type { SecretBox } from '../kv/secrets.ts';
import type { DeployOptions } from '../plan/plan-job.ts';
import type { OurState } from '../sight/belief.ts';
import type { Look } from '../sight/sight-book.ts';
import type { Stager } from '../stage/stager.ts';
import type { StagingArea } from '../stage/staging-area.ts';
import type { Ledger } from '../state/ledger.ts';
import type { GuardedWorkers } from '../transport/guarded-workers.ts';
import type { Settings } from '../workspace/types.ts';

/** The hooks of one job that run for one event. */
export interface HookRequest {
  readonly event: HookEvent;
  readonly job: CatalogJob;
  /** Allocations in rollout order. */
  readonly allocations: readonly Allocation[];
  /** Size of a batch. 0 puts all allocations into one batch. */
  readonly batchSize: number;
  /** The value of `DEPLOY_PHASE`. */
  readonly phase: string;
  /** Set when these allocations are one batch of a larger roll. */
  readonly batch?: { readonly index: number; readonly count: number };
  /** When set, only this hook runs. Otherwise, every hook of the event runs. */
  readonly hook?: string;
  readonly extraEnv?: Readonly<Record<string, string>>;
}

export interface HookResult {
  /** The complete sentence when a hook failed, otherwise undefined. */
  readonly failure: string | undefined;
  /** Host → its problems, as sentences that name the host and the hook. */
  readonly problems: ReadonlyMap<string, string>;
}

export type RunHooks = (request: HookRequest) => Promise<HookResult>;

/** The state of this run as it was loaded, and who works with it. */
export interface RunOrigin extends OurState {
  /** Who started the run, where, and when, for people. */
  readonly by: string;
}

export interface Run {
  readonly catalog: Catalog;
  readonly settings: Settings;
  readonly ledger: Ledger;
  readonly box: SecretBox;
  /**
   * Receives the secrets that are read. The engine does not mask anything, because the door of a face masks everything
   * that the engine reports.
   */
  readonly masker: Pick<Masker, 'add'>;
  readonly stager: Stager;
  readonly staging: StagingArea;
  readonly workers: GuardedWorkers;
  /** Asks workers what lies there, each at most once in a run. */
  readonly look: Look;
  readonly origin: RunOrigin;
  readonly runHooks: RunHooks;
  /**
   * Throws a `Failure` (exit code 2) when this machine lacks a program that the hooks of the jobs need. With `files`,
   * also checks the programs that a delivery needs.
   */
  readonly checkTools: (delivery: 'files' | 'nothing') => Promise<void>;
  readonly emit: Emit;
  readonly nowMs: () => number;
  readonly signal: AbortSignal;
  /** Jobs that take part, in no particular order. */
  readonly jobs: ReadonlySet<string>;
  readonly options: DeployOptions;
}

interface CatalogIndex {
  readonly workers: ReadonlyMap<string, CatalogWorker>;
  readonly jobs: ReadonlyMap<string, CatalogJob>;
}

const indexes = new WeakMap<Catalog, CatalogIndex>();

/**
 * Indexes workers and jobs, because every allocation needs several lookups. A catalog never changes, so the index is
 * kept.
 */
function indexOf(catalog: Catalog): CatalogIndex {
  const known = indexes.get(catalog) ?? {
    workers: new Map(catalog.workers.map((worker) => [worker.host, worker])),
    jobs: new Map(catalog.jobs.map((job) => [job.name, job])),
  };
  indexes.set(catalog, known);
  return known;
}

export function workerOf({ catalog }: Pick<Run, 'catalog'>, host: string): CatalogWorker {
  const worker = indexOf(catalog).workers.get(host);
  if (!worker) throw new Error(`no worker ${host} in the catalog`);
  return worker;
}

export function jobOf({ catalog }: Pick<Run, 'catalog'>, name: string): CatalogJob {
  const job = indexOf(catalog).jobs.get(name);
  if (!job) throw new Error(`no job ${name} in the catalog`);
  return job;
}

/** Returns the folder of a bucket on a worker, `<root>/<bucket id>`. */
export function bucketFolder(worker: Pick<CatalogWorker, 'root'>, bucketId: string): string {
  return `${worker.root}/${bucketId}`;
}

/** Returns the folder of a job on a worker, `<root>/<bucket id>/jobs/<job>`. */
export function jobFolder(worker: Pick<CatalogWorker, 'root'>, bucketId: string, job: string): string {
  return `${bucketFolder(worker, bucketId)}/jobs/${job}`;
}
