/**
 * What the user wrote, read and checked file by file: the value that `workspace/` makes and everything else starts from.
 * Older words are already translated, wire names (`max_concurrent_upgrades`) end here. Nothing is resolved across files yet.
 */
import type { Place } from '../base/diagnostic.ts';
import type { JsonValue, ValuePath } from '../document/value.ts';
import type { HookEvent } from '../events/hook-event.ts';

/** `maand.conf`, every default applied. */
export interface Settings {
  readonly sshUser: string;
  /** File name below `secrets/`. */
  readonly sshKey: string;
  readonly sshPort: number;
  readonly sshProxyJump: string;
  readonly useSudo: boolean;
  readonly certsTtlDays: number;
  readonly certsRenewalBufferDays: number;
  readonly jobConfigSelector: string;
  readonly logFormat: 'kv' | 'json';
  /** Names the state wherever the repository moves; empty when absent. */
  readonly stateName: string;
  readonly workerRoot: string;
  readonly commandTimeoutMs: number;
  readonly hookTimeoutMs: number;
  readonly parallelWorkers: number;
  readonly allowProbesWithHook: boolean;
}

/** One entry of `workers.json`. */
export interface WorkerEntry {
  readonly host: string;
  readonly hostname: string;
  /** Lower-cased, sorted, always with `worker`. */
  readonly labels: readonly string[];
  readonly memoryMb: number;
  readonly cpuMhz: number;
  readonly tags: Readonly<Record<string, string>>;
  readonly position: number;
  /** Overrides of `ssh_port`, `ssh_user`, `worker_root` for this host; undefined: the bucket's setting. */
  readonly port: number | undefined;
  readonly user: string | undefined;
  readonly root: string | undefined;
  /** Pinned host key, `ssh-ed25519 AAAA…`. */
  readonly hostKey: string | undefined;
  /** Of the host's name. */
  readonly place: Place;
}

/** `demands` of a hook; bounds are version texts, checked for their form. */
export interface Demand {
  readonly job: string;
  readonly hook: string;
  readonly minVersion: string | undefined;
  readonly maxVersion: string | undefined;
  readonly config: Readonly<Record<string, JsonValue>>;
}

export interface HookEntry {
  readonly name: string;
  readonly events: readonly HookEvent[];
  readonly demand: Demand | undefined;
  readonly timeoutMs: number | undefined;
  /** Job-relative path of the script, e.g. `_hooks/hook_migrate.py`. */
  readonly script: string;
  readonly language: 'python' | 'typescript' | 'javascript';
}

export type Check =
  | { readonly type: 'tcp'; readonly port: string }
  | {
      readonly type: 'http';
      readonly port: string;
      readonly path: string;
      readonly expectStatus: number;
      readonly scheme: 'http' | 'https';
    }
  | { readonly type: 'ssh'; readonly command: string };

export interface HealthCheck {
  readonly checks: readonly Check[];
  readonly timeoutMs: number;
  readonly attempts: number;
  readonly intervalMs: number;
  readonly successes: number;
  readonly minHealthyMs: number;
}

export interface CertificateEntry {
  readonly name: string;
  readonly pkcs8: boolean;
  readonly one: boolean;
  readonly commonName: string;
  readonly key: 'rsa-2048' | 'rsa-4096' | 'ec-p256';
}

/** A regular file below the job folder (symlinks to files inside the job folder are followed). */
export interface JobFile {
  /** Below the job folder, forward slashes. */
  readonly path: string;
  /** Absolute. */
  readonly sourcePath: string;
  readonly executable: boolean;
  readonly sizeBytes: number;
}

export interface Bounds {
  /** 0: no bound. */
  readonly min: number;
  readonly max: number;
}

export type RestartPolicy = 'always' | 'reload' | 'never';

/** One job folder with its manifest. */
export interface JobEntry {
  readonly name: string;
  /** Absolute path of the job folder. */
  readonly dir: string;
  /** Trimmed; empty when absent. */
  readonly version: string;
  /** Effective: trimmed, lower-cased, distinct; the job name when the manifest has none. */
  readonly selectors: readonly string[];
  readonly maxConcurrentUpgrades: number;
  /** 0: all at once. */
  readonly maxConcurrentStarts: number;
  readonly minAllocationsCount: number;
  readonly restartPolicy: RestartPolicy;
  readonly restartGlobs: readonly string[];
  readonly memoryMb: Bounds;
  readonly cpuMhz: Bounds;
  /** Sorted by name; `number` undefined: assigned from the pool. */
  readonly ports: readonly { readonly name: string; readonly number: number | undefined }[];
  /** In manifest order. */
  readonly hooks: readonly HookEntry[];
  readonly healthCheck: HealthCheck | undefined;
  readonly certificates: readonly CertificateEntry[];
  /** `vars.conf`. */
  readonly vars: Readonly<Record<string, string>>;
  /** `vars.toml`, the older file: put into `vars/job/<job>` by each build, never deleted there. */
  readonly putOnlyVars: Readonly<Record<string, string>>;
  /** Sorted bytewise by path. */
  readonly files: readonly JobFile[];
  /** Job-relative paths of folders that hold no file (kept when staging). */
  readonly emptyFolders: readonly string[];
  /** Where a value of the manifest stands; the nearest existing parent when the path is not there. */
  placeOf(path: ValuePath): Place;
}

/** `bucket.jobs.conf` or `bucket.jobs.<selector>.conf`. */
export interface JobConfig {
  /** Relative to the repository root. */
  readonly file: string;
  readonly sections: Readonly<Record<string, Readonly<Record<string, string>>>>;
  placeOf(path: ValuePath): Place;
}

/** `disabled.json`. `allocations` empty: the whole job. */
export interface Disabled {
  readonly jobs: Readonly<Record<string, { readonly allocations: readonly string[] }>>;
  readonly workers: readonly string[];
  placeOf(path: ValuePath): Place;
}

export interface Workspace {
  /** Absolute. */
  readonly bucketDir: string;
  /** Bucket directory relative to the repository root, '' when it is the root. Prefix of every `Place.file`. */
  readonly bucketPath: string;
  readonly settings: Settings;
  /** In order of (position, host). */
  readonly workers: readonly WorkerEntry[];
  /** Every key of `bucket.conf`. */
  readonly bucketVars: Readonly<Record<string, string>>;
  readonly portPool: { readonly min: number; readonly max: number };
  readonly jobConfig: JobConfig;
  readonly disabled: Disabled;
  /** Sorted bytewise by name. */
  readonly jobs: readonly JobEntry[];
  readonly flaws: Flaws;
  /** SHA-256 over every byte that was read: tells whether the workspace is still what was built. */
  readonly digest: string;
}

/** What has errors of its own and is here only as far as it could be read: nothing else is to be blamed for what it lacks. */
export interface Flaws {
  /** Workers or their labels and sizes may be missing. */
  readonly workers: boolean;
  /** Sorted; those whose manifest could not be parsed have no `JobEntry`. */
  readonly jobs: readonly string[];
}
