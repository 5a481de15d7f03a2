/**
 * Defines the request: the typed options of a command with their defaults. The action and the command line both make such a
 * request.
 */

import type { NotifyTarget } from './notify/target.ts';

export const COMMANDS = [
  'init',
  'build',
  'deploy',
  'validate',
  'plan',
  'rollback',
  'health_check',
  'hooks',
  'job',
  'run_command',
  'render',
  'cat',
  'worker_facts',
  'gc',
  'logs',
  'state',
  'doctor',
] as const;
export type CommandName = (typeof COMMANDS)[number];

/** The place where the state is kept. */
export type StateLocation =
  | { readonly kind: 'bucket' }
  | { readonly kind: 'file'; readonly folder: string }
  | { readonly kind: 'cache' }
  | { readonly kind: 'workers' };

export interface Request {
  readonly command: CommandName;
  /** The words after the command. For example, `cat jobs` has `['jobs']`. */
  readonly operands: readonly string[];
  /** Path of the bucket. When undefined, the bucket is the nearest parent folder with `maand.conf`. */
  readonly bucket: string | undefined;
  readonly flags: RequestFlags;
  readonly filters: RequestFilters;
  readonly connection: ConnectionRequest;
  readonly state: StateRequest;
  readonly repair: RepairRequest;
  /** Name of the environment. Each environment has its own state and its own file `workers.<environment>.json`. */
  readonly environment: string;
  readonly jobConfigSelector: string | undefined;
  readonly hookTimeoutMs: number | undefined;
  /** Names of withheld variables that hooks nevertheless receive. */
  readonly hookEnv: readonly string[];
  readonly shellHooks: ShellHooksRequest;
  /** The targets of messages about a deploy. */
  readonly notify: readonly NotifyTarget[];
  readonly planDigest: string | undefined;
  /** Jobs that a deploy may stop on all workers. `all` means every job. */
  readonly allowStops: readonly string[];
  readonly parallelWorkers: number | undefined;
  /** Absolute path of the folder of `render` or the file of `state export`. */
  readonly outPath: string | undefined;
  /** Token for the API of GitHub. The token is never required. */
  readonly githubToken: string | undefined;
  /** Selectors for `job create`. When empty, the manifest has no selectors. */
  readonly selectors: readonly string[];
  /** Number of days that `gc` keeps old versions of keys. */
  readonly retainDays: number;
  /** Hosts of workers that left the bucket. `gc` removes their records without contacting them. */
  readonly forgottenWorkers: readonly string[];
  /** Target of `job run`, in the user's spelling. */
  readonly target: string | undefined;
  /**
   * Script that `run_command` runs on workers. When undefined, the script is the operand or the file `workspace/command.sh`.
   */
  readonly script: string | undefined;
  /** Number of workers on which `run_command` runs at the same time. */
  readonly concurrency: number;
}

/** Shell text of each hook. Undefined when there is no such hook. */
export interface ShellHooksRequest {
  readonly before: string | undefined;
  readonly after: string | undefined;
  /** The working folder of the hooks. When undefined, it is the bucket folder. */
  readonly workingDirectory: string | undefined;
}

export interface RequestFlags {
  readonly build: boolean;
  readonly check: boolean;
  readonly fix: boolean;
  readonly dryRun: boolean;
  readonly force: boolean;
  readonly syncOnly: boolean;
  readonly trustState: boolean;
  readonly allowDowngrade: boolean;
  readonly wait: boolean;
  readonly verbose: boolean;
  readonly reveal: boolean;
  readonly active: boolean;
  readonly deleted: boolean;
  readonly diff: boolean;
  readonly purgeSecretsKv: boolean;
  readonly withHooks: boolean;
  readonly healthCheck: boolean;
  readonly ignoreFailure: boolean;
}

/** Filters of a command. An empty list selects everything. */
export interface RequestFilters {
  readonly jobs: readonly string[];
  readonly workers: readonly string[];
  /** Hosts. The allocations on these hosts are selected. */
  readonly allocations: readonly string[];
  readonly labels: readonly string[];
}

/** Settings of connections. When a field is undefined, the setting of the bucket applies. */
export interface ConnectionRequest {
  /** Text of the key. When undefined, the key is in the file `secrets/<ssh_key>` of the bucket. */
  readonly privateKey: string | undefined;
  readonly passphrase: string | undefined;
  readonly user: string | undefined;
  readonly port: number | undefined;
  readonly proxyJump: string | undefined;
  /** Text in OpenSSH format. When undefined, the file `workspace/known_hosts` of the bucket is used. */
  readonly knownHosts: string | undefined;
  readonly hostKeyPolicy: 'strict' | 'accept-new';
}

/** Options of the verbs of `state`. */
export interface RepairRequest {
  /** Worker whose copy of the state is used. */
  readonly from: string | undefined;
  readonly acceptRollback: boolean;
  /** The reason for the repair; it is recorded in the state. */
  readonly reason: string | undefined;
  readonly newKey: boolean;
  /** JSON file with the values that an adoption cannot find on the workers. */
  readonly import: string | undefined;
}

export interface StateRequest {
  /** The place that was asked for; undefined for the place in `maand.conf`, or the default of the face. */
  readonly location: StateLocation | undefined;
  /**
   * Text of the key. When undefined, the file `secrets/state.key` of the bucket is read, provided that the caller may use key
   * files.
   */
  readonly key: string | undefined;
  readonly initialize: 'auto' | 'never';
  readonly lockWaitMs: number;
}
