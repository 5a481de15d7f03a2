/** Defines the request: the typed options of a command with their defaults. The action and the command line make the same value. */

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

/** Where state is kept. */
export type StateLocation =
  | { readonly kind: 'bucket' }
  | { readonly kind: 'file'; readonly folder: string }
  | { readonly kind: 'cache' }
  | { readonly kind: 'workers' };

export interface Request {
  readonly command: CommandName;
  /** The words after the command: `cat jobs` has `['jobs']`. */
  readonly operands: readonly string[];
  /** The bucket; undefined for the nearest parent folder with `maand.conf`. */
  readonly bucket: string | undefined;
  readonly flags: RequestFlags;
  readonly filters: RequestFilters;
  readonly connection: ConnectionRequest;
  readonly state: StateRequest;
  readonly repair: RepairRequest;
  /** Separates states and picks `workers.<environment>.json`. */
  readonly environment: string;
  readonly jobConfigSelector: string | undefined;
  readonly hookTimeoutMs: number | undefined;
  /** Names of variables that hooks get although they are withheld by default. */
  readonly hookEnv: readonly string[];
  readonly shellHooks: ShellHooksRequest;
  /** Where messages about a deploy go. */
  readonly notify: readonly NotifyTarget[];
  readonly planDigest: string | undefined;
  readonly parallelWorkers: number | undefined;
  /** Absolute path of the folder of `render` or the file of `state export`. */
  readonly outPath: string | undefined;
  /** Token for GitHub's API. It is never required. */
  readonly githubToken: string | undefined;
  /** Selectors for `job create`; empty when the manifest gets none. */
  readonly selectors: readonly string[];
  /** Days for `gc`. */
  readonly retainDays: number;
  /** Hosts of workers that left, which `gc` forgets without asking them. */
  readonly forgottenWorkers: readonly string[];
  /** Target of `job run`, as it was written. */
  readonly target: string | undefined;
  /** Script that `run_command` runs on workers; undefined for the operand or `workspace/command.sh`. */
  readonly script: string | undefined;
  /** Number of workers on which `run_command` runs at the same time. */
  readonly concurrency: number;
}

/** Shell text of each hook; undefined when there is no hook. */
export interface ShellHooksRequest {
  readonly before: string | undefined;
  readonly after: string | undefined;
  /** The working folder of the hooks; undefined for the bucket folder. */
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
  /** Hosts of the workers whose allocations are selected. */
  readonly allocations: readonly string[];
  readonly labels: readonly string[];
}

/** Settings of connections; undefined for the setting of the bucket. */
export interface ConnectionRequest {
  /** Text of the key; undefined for the file `secrets/<ssh_key>` of the bucket. */
  readonly privateKey: string | undefined;
  readonly passphrase: string | undefined;
  readonly user: string | undefined;
  readonly port: number | undefined;
  readonly proxyJump: string | undefined;
  /** Text in OpenSSH format; undefined for `workspace/known_hosts` of the bucket. */
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
  readonly location: StateLocation;
  /** Text of the key; undefined for the file `secrets/state.key` of the bucket, if the file is allowed. */
  readonly key: string | undefined;
  readonly initialize: 'auto' | 'never';
  readonly lockWaitMs: number;
}
