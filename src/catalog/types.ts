/** The bucket with everything resolved: where each job lives, in which order jobs go, which ports they have. Pure, deep readonly. */
import type { JobEntry } from '../workspace/types.ts';

/** A worker with its effective address; usable wherever a transport asks for one. */
export interface CatalogWorker {
  readonly id: string;
  readonly host: string;
  readonly hostname: string;
  /** Sorted, always with `worker`. */
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
  /** Position among the job's allocations (disabled ones count). */
  readonly index: number;
  /** Target version, `0.0.0` when the manifest has none. */
  readonly newVersion: string;
}

/** An allocation of an earlier build that no longer belongs to the workspace. */
export interface RemovedAllocation {
  readonly id: string;
  readonly job: string;
  readonly host: string;
  /** How the worker was last reached; its host may have left `workers.json`. */
  readonly worker: CatalogWorker;
  readonly workerLeft: boolean;
}

export interface Reservation {
  readonly memoryMb: number;
  readonly cpuMhz: number;
  /** `manifest` or the file name of the bucket's job configuration. */
  readonly memorySource: string;
  readonly cpuSource: string;
}

export interface CatalogJob {
  readonly name: string;
  readonly id: string;
  /** What the workspace says of it. */
  readonly entry: JobEntry;
  /** `0.0.0` when the manifest has none. */
  readonly version: string;
  readonly deploymentSeq: number;
  readonly reservation: Reservation;
  /** Name → number. Absent numbers (`build --check`, no state) are left out. */
  readonly ports: Readonly<Record<string, number>>;
  /** Jobs that its hooks demand, sorted. */
  readonly demandedJobs: readonly string[];
  /** Active and disabled ones, in order of (worker position, host). */
  readonly allocations: readonly Allocation[];
}

export interface Catalog {
  readonly bucketId: string;
  /** In order of (position, host). */
  readonly workers: readonly CatalogWorker[];
  /** Sorted bytewise by name. */
  readonly jobs: readonly CatalogJob[];
  /** Sorted by job, then host. */
  readonly removed: readonly RemovedAllocation[];
  /** Job names by `deployment_seq`, each sorted; a wave may be empty. */
  readonly waves: readonly (readonly string[])[];
}

/** What a build takes over from earlier builds so that ids and port numbers stay the same. */
export interface Continuity {
  readonly bucketId: string;
  readonly workers: Readonly<Record<string, KnownWorker>>;
  readonly ports: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly allocations: readonly { readonly id: string; readonly job: string; readonly host: string }[];
}

/** A worker as an earlier build knew it. */
export interface KnownWorker {
  readonly id: string;
  readonly port: number;
  readonly user: string;
  readonly root: string;
  readonly useSudo: boolean;
  readonly hostKey?: string;
  /** Of the `worker.json` that a deploy delivered last; absent: none did, as far as this state knows. */
  readonly updateSeq?: number;
  /** It is no longer in `workers.json`; should the host return, it is another worker. */
  readonly left?: true;
}
