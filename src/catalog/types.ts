/**
 * Defines the catalog: the bucket with every reference resolved (where each job runs, the order of the jobs, their
 * ports). All values are plain data and deeply readonly.
 */
import type { JobEntry } from '../workspace/types.ts';

/** A worker with its effective address. A transport can connect to this address. */
export interface CatalogWorker {
  readonly id: string;
  readonly host: string;
  readonly hostname: string;
  /** The sorted labels. The label `worker` is always present. */
  readonly labels: readonly string[];
  readonly memoryMb: number;
  readonly cpuMhz: number;
  readonly tags: Readonly<Record<string, string>>;
  readonly position: number;
  readonly port: number;
  readonly user: string;
  readonly root: string;
  readonly useSudo: boolean;
  readonly hostKey: string | undefined;
}

/** One job on one worker. */
export interface Allocation {
  readonly id: string;
  readonly job: string;
  readonly host: string;
  readonly disabled: boolean;
  /** The index of the allocation in the list of the job's allocations, which includes disabled allocations. */
  readonly index: number;
  /** The version to deploy; `0.0.0` when the manifest has none. */
  readonly newVersion: string;
}

/** An allocation of an earlier build that no longer belongs to the workspace. */
export interface RemovedAllocation {
  readonly id: string;
  readonly job: string;
  readonly host: string;
  /** The worker with its last known address. The worker may no longer be in `workers.json`. */
  readonly worker: CatalogWorker;
  readonly workerLeft: boolean;
  /** Whether `disabled.json` names the job, the worker or the allocation. */
  readonly disabled: boolean;
}

export interface Reservation {
  readonly memoryMb: number;
  readonly cpuMhz: number;
  /** The source of the value: `manifest`, or the name of the file with the bucket's job configuration. */
  readonly memorySource: string;
  readonly cpuSource: string;
}

export interface CatalogJob {
  readonly name: string;
  readonly id: string;
  /** The job as the workspace defines it. */
  readonly entry: JobEntry;
  /** The version in the manifest; `0.0.0` when the manifest has none. */
  readonly version: string;
  readonly deploymentSeq: number;
  readonly reservation: Reservation;
  /** Maps port name → number. Ports without a number yet (`build --check` without state) are left out. */
  readonly ports: Readonly<Record<string, number>>;
  /** The jobs that the hooks of this job demand, sorted. */
  readonly demandedJobs: readonly string[];
  /** Active and disabled allocations, sorted by worker position, then host. */
  readonly allocations: readonly Allocation[];
}

export interface Catalog {
  readonly bucketId: string;
  /** All workers, sorted by position, then host. */
  readonly workers: readonly CatalogWorker[];
  /** All jobs, sorted by the UTF-8 bytes of the name. */
  readonly jobs: readonly CatalogJob[];
  /** The removed allocations, sorted by job, then host. */
  readonly removed: readonly RemovedAllocation[];
  /** The job names by `deployment_seq`, each wave sorted; a wave may be empty. */
  readonly waves: readonly (readonly string[])[];
}

/** The data that a build reuses from earlier builds, so that ids and port numbers stay the same. */
export interface Continuity {
  readonly bucketId: string;
  readonly workers: Readonly<Record<string, KnownWorker>>;
  readonly ports: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly allocations: readonly KnownPlace[];
}

/** An allocation as an earlier build recorded it. */
export interface KnownPlace {
  readonly id: string;
  readonly job: string;
  readonly host: string;
  /**
   * Whether the allocation left the workspace. A missing `removed` counts as false, and so does a missing `stopped`.
   */
  readonly removed?: boolean;
  readonly stopped?: boolean;
  /** Set when files were sent to the worker, or when a tree is promoted on the worker. */
  readonly delivered?: unknown;
  readonly promoted?: unknown;
}

/** A worker as an earlier build recorded it. */
export interface KnownWorker {
  readonly id: string;
  readonly port: number;
  readonly user: string;
  readonly root: string;
  readonly useSudo: boolean;
  readonly hostKey?: string;
  /**
   * The update sequence of the `worker.json` that a deploy delivered last; missing when the state has no record of such
   * a delivery.
   */
  readonly updateSeq?: number;
  /**
   * Set when the worker is no longer in `workers.json`. If the host is listed again, the host is treated as a new
   * worker, unless the state still records allocations on this host.
   */
  readonly left?: true;
}
