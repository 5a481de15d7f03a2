/**
 * Defines the `Workspace`: the content of the user's files, read and checked file by file. Later steps start from this
 * value. Older words are already translated. Field names of the files (`max_concurrent_upgrades`) are replaced by names
 * of the code (`maxConcurrentUpgrades`). References between files are not resolved yet.
 */
import type { Place } from '../base/diagnostic.ts';
import type { JsonValue, ValuePath } from '../document/value.ts';
import type { HookEvent } from '../events/hook-event.ts';
import type { WrittenStatePlace } from '../grammar/state-place.ts';
import type { RepositoryRoot } from './bucket.ts';

/** The settings of `maand.conf`, with every default applied. */
export interface Settings {
  readonly sshUser: string;
  /** The name of a file in `secrets/`. */
  readonly sshKey: string;
  readonly sshPort: number;
  readonly sshProxyJump: string;
  readonly useSudo: boolean;
  readonly certsTtlDays: number;
  readonly certsRenewalBufferDays: number;
  readonly jobConfigSelector: string;
  readonly logFormat: 'kv' | 'json';
  /** The name of the state; empty when the setting is missing. The name stays the same when the repository is moved. */
  readonly stateName: string;
  /**
   * The place where the state is kept; undefined when the setting is missing. A relative folder is relative to the
   * bucket.
   */
  readonly state: WrittenStatePlace | undefined;
  /** Whether a run may deploy after a newer run has already deployed. */
  readonly allowDowngrade: boolean;
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
  /** The labels in lower case, sorted. The label `worker` is always present. */
  readonly labels: readonly string[];
  readonly memoryMb: number;
  readonly cpuMhz: number;
  readonly tags: Readonly<Record<string, string>>;
  readonly position: number;
  /**
   * `port`, `user` and `root` replace the settings `ssh_port`, `ssh_user` and `worker_root` for this worker, unless
   * these fields are undefined.
   */
  readonly port: number | undefined;
  readonly user: string | undefined;
  readonly root: string | undefined;
  /** The pinned host key, e.g. `ssh-ed25519 AAAA…`. */
  readonly hostKey: string | undefined;
  /** The place of `host` in the file. */
  readonly place: Place;
}

/** The `demands` of a hook. The version bounds are valid versions. */
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
  /** The path of the script below the job folder, e.g. `_hooks/hook_migrate.py`. */
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

/** A regular file below the job folder. Symlinks to files inside the job folder are followed. */
export interface JobFile {
  /** The path below the job folder, with forward slashes. */
  readonly path: string;
  /** The absolute path. */
  readonly sourcePath: string;
  readonly executable: boolean;
  readonly sizeBytes: number;
}

export interface Bounds {
  /** The bounds in MB or MHz. If both are 0, there is no bound. */
  readonly min: number;
  readonly max: number;
}

export type RestartPolicy = 'always' | 'reload' | 'never';

/** One job folder with its manifest. */
export interface JobEntry {
  readonly name: string;
  /** Absolute path of the job folder. */
  readonly dir: string;
  /** The version, trimmed; empty when the manifest has none. */
  readonly version: string;
  /**
   * The selectors, trimmed, in lower case and without duplicates. When the manifest has none, the job name in lower
   * case.
   */
  readonly selectors: readonly string[];
  readonly maxConcurrentUpgrades: number;
  /** The maximum number of new allocations that start at once; 0 means no limit. */
  readonly maxConcurrentStarts: number;
  readonly minAllocationsCount: number;
  readonly restartPolicy: RestartPolicy;
  readonly restartGlobs: readonly string[];
  readonly memoryMb: Bounds;
  readonly cpuMhz: Bounds;
  /** The ports, sorted by name. If `number` is undefined, the number is assigned from the pool. */
  readonly ports: readonly { readonly name: string; readonly number: number | undefined }[];
  /** The hooks, in the order of the manifest. */
  readonly hooks: readonly HookEntry[];
  readonly healthCheck: HealthCheck | undefined;
  readonly certificates: readonly CertificateEntry[];
  /** The variables of `vars.conf`. */
  readonly vars: Readonly<Record<string, string>>;
  /**
   * The variables of the older `vars.toml`. Each build writes them to the namespace `vars/job/<job>`, and never deletes
   * a key of this namespace.
   */
  readonly putOnlyVars: Readonly<Record<string, string>>;
  /** The files, sorted by the UTF-8 bytes of the path. */
  readonly files: readonly JobFile[];
  /** The paths of empty folders, relative to the job folder. Staging keeps these folders. */
  readonly emptyFolders: readonly string[];
  /** Returns the place of a value of the manifest, or of its nearest existing parent when the path does not exist. */
  placeOf(path: ValuePath): Place;
}

/** The content of `bucket.jobs.conf` or `bucket.jobs.<selector>.conf`. */
export interface JobConfig {
  /** The path relative to the repository root. */
  readonly file: string;
  readonly sections: Readonly<Record<string, Readonly<Record<string, string>>>>;
  placeOf(path: ValuePath): Place;
}

/** The content of `disabled.json`. An empty `allocations` disables the whole job. */
export interface Disabled {
  readonly jobs: Readonly<Record<string, { readonly allocations: readonly string[] }>>;
  readonly workers: readonly string[];
  placeOf(path: ValuePath): Place;
}

/** A folder that looks like a job but is not read as a job. */
export interface StrayFolder {
  /** The names of the jobs that the author of the folder may mean. */
  readonly jobs: readonly string[];
  /**
   * Whether the folder is always reported. If false, the folder is reported only when a job in `jobs` is deployed, or
   * when the workspace has no job.
   */
  readonly isNotable: boolean;
  readonly what: string;
  readonly hint: string;
  readonly place: Place;
}

export interface Workspace {
  /** The absolute path. */
  readonly bucketDir: string;
  /**
   * The path of the bucket relative to the repository root; '' when the bucket is the repository root. Every
   * `Place.file` begins with this path.
   */
  readonly bucketPath: string;
  /** The way in which the repository root was found. */
  readonly bucketRoot: RepositoryRoot;
  /** The path relative to the nearest folder with `.git`; undefined when there is no such folder. */
  readonly gitPath: string | undefined;
  readonly settings: Settings;
  /** The workers, sorted by position, then host. */
  readonly workers: readonly WorkerEntry[];
  /** All entries of `bucket.conf`. */
  readonly bucketVars: Readonly<Record<string, string>>;
  readonly portPool: { readonly min: number; readonly max: number };
  readonly jobConfig: JobConfig;
  readonly disabled: Disabled;
  /** The jobs, sorted by the UTF-8 bytes of the name. */
  readonly jobs: readonly JobEntry[];
  /**
   * The folders that look like jobs. The catalog reports these folders, because only the state contains the names of
   * the deployed jobs.
   */
  readonly strays: readonly StrayFolder[];
  readonly flaws: Flaws;
  /**
   * The SHA-256 digest of every file that was read. The digest shows whether the workspace has changed since a build.
   */
  readonly digest: string;
}

/**
 * Parts of the workspace that are incomplete because of errors that were already reported. Later checks do not report
 * missing data in these parts again.
 */
export interface Flaws {
  /** Whether the list of workers may lack workers, labels or capacities. */
  readonly workers: boolean;
  /** The names of the jobs with errors, sorted. A job whose manifest could not be parsed has no `JobEntry`. */
  readonly jobs: readonly string[];
}
