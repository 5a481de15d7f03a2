/**
 * Defines the `Workspace`: what the user wrote, read and checked file by file. Later rooms start from this value. Older
 * words are already translated, and the names of the files (`max_concurrent_upgrades`) are replaced by those of the
 * code. References between files are not resolved yet.
 */
import type { Place } from '../base/diagnostic.ts';
import type { JsonValue, ValuePath } from '../document/value.ts';
import type { HookEvent } from '../events/hook-event.ts';

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
  /** The name of the state, which stays the same when the repository moves; empty when not set. */
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
  /** In lower case, sorted; `worker` is always among them. */
  readonly labels: readonly string[];
  readonly memoryMb: number;
  readonly cpuMhz: number;
  readonly tags: Readonly<Record<string, string>>;
  readonly position: number;
  /** Replace `ssh_port`, `ssh_user` and `worker_root` for this worker; undefined means the setting of the bucket. */
  readonly port: number | undefined;
  readonly user: string | undefined;
  readonly root: string | undefined;
  /** The pinned host key, e.g. `ssh-ed25519 AAAA…`. */
  readonly hostKey: string | undefined;
  /** The place of `host` in the file. */
  readonly place: Place;
}

/** The `demands` of a hook. The bounds are texts of versions in a valid form. */
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
  /** 0 means no bound. */
  readonly min: number;
  readonly max: number;
}

export type RestartPolicy = 'always' | 'reload' | 'never';

/** One job folder with its manifest. */
export interface JobEntry {
  readonly name: string;
  /** Absolute path of the job folder. */
  readonly dir: string;
  /** Trimmed; empty when not set. */
  readonly version: string;
  /** The effective selectors: trimmed, in lower case, without duplicates; the job name when the manifest has none. */
  readonly selectors: readonly string[];
  readonly maxConcurrentUpgrades: number;
  /** 0 means all at once. */
  readonly maxConcurrentStarts: number;
  readonly minAllocationsCount: number;
  readonly restartPolicy: RestartPolicy;
  readonly restartGlobs: readonly string[];
  readonly memoryMb: Bounds;
  readonly cpuMhz: Bounds;
  /** Sorted by name. If `number` is undefined, the port is assigned from the pool. */
  readonly ports: readonly { readonly name: string; readonly number: number | undefined }[];
  /** In the order of the manifest. */
  readonly hooks: readonly HookEntry[];
  readonly healthCheck: HealthCheck | undefined;
  readonly certificates: readonly CertificateEntry[];
  /** The variables of `vars.conf`. */
  readonly vars: Readonly<Record<string, string>>;
  /** The variables of the older `vars.toml`. Each build puts them into `vars/job/<job>` and never deletes any there. */
  readonly putOnlyVars: Readonly<Record<string, string>>;
  /** Sorted bytewise by path. */
  readonly files: readonly JobFile[];
  /** Paths below the job folder of folders that hold no file; staging keeps these folders. */
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

export interface Workspace {
  /** The absolute path. */
  readonly bucketDir: string;
  /** The bucket's folder relative to the repository root; '' when it is the root. Every `Place.file` begins with it. */
  readonly bucketPath: string;
  readonly settings: Settings;
  /** Sorted by position, then host. */
  readonly workers: readonly WorkerEntry[];
  /** All entries of `bucket.conf`. */
  readonly bucketVars: Readonly<Record<string, string>>;
  readonly portPool: { readonly min: number; readonly max: number };
  readonly jobConfig: JobConfig;
  readonly disabled: Disabled;
  /** Sorted bytewise by name. */
  readonly jobs: readonly JobEntry[];
  readonly flaws: Flaws;
  /** The SHA-256 over every file that was read; shows whether the workspace is still the one that was built. */
  readonly digest: string;
}

/**
 * Parts of the workspace that have errors of their own and are incomplete. Later checks report no further error for
 * what is missing in them.
 */
export interface Flaws {
  /** Whether workers, or labels and capacities of workers, may be missing. */
  readonly workers: boolean;
  /** The names of such jobs, sorted. A job whose manifest could not be parsed has no `JobEntry`. */
  readonly jobs: readonly string[];
}
