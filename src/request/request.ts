/** The request: what a person asked for, typed, with defaults; the same value from the action and the command line. */

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
  /** What follows the command: `cat jobs` has `['jobs']`. */
  readonly operands: readonly string[];
  /** Undefined: the nearest parent with `maand.conf`. */
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
  /** Names of variables that hooks may see although they are withheld by default. */
  readonly hookEnv: readonly string[];
  readonly shellHooks: ShellHooksRequest;
  /** Where messages about a deploy go. */
  readonly notify: readonly NotifyTarget[];
  readonly planDigest: string | undefined;
  readonly parallelWorkers: number | undefined;
  /** Absolute; the folder of `render`, the file of `state export`. */
  readonly outPath: string | undefined;
  /** For GitHub's API; every use of it is optional. */
  readonly githubToken: string | undefined;
  /** Of `job create`; empty: the manifest has none. */
  readonly selectors: readonly string[];
  /** Of `gc`. */
  readonly retainDays: number;
  /** Of `job run`, as it was written. */
  readonly target: string | undefined;
  /** Of `run_command`: the script for the workers; undefined: the operand, or `workspace/command.sh`. */
  readonly script: string | undefined;
  /** Of `run_command`: workers at once. */
  readonly concurrency: number;
}

/** Shell text, undefined: none. */
export interface ShellHooksRequest {
  readonly before: string | undefined;
  readonly after: string | undefined;
  /** Undefined: the bucket directory. */
  readonly workingDirectory: string | undefined;
}

export interface RequestFlags {
  readonly build: boolean;
  readonly check: boolean;
  readonly fix: boolean;
  readonly dryRun: boolean;
  readonly force: boolean;
  readonly syncOnly: boolean;
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

/** Empty: all. */
export interface RequestFilters {
  readonly jobs: readonly string[];
  readonly workers: readonly string[];
  /** Hosts of the workers whose allocations are meant. */
  readonly allocations: readonly string[];
  readonly labels: readonly string[];
}

/** Undefined: what the bucket says. */
export interface ConnectionRequest {
  /** Key text; undefined: the file `secrets/<ssh_key>` of the bucket. */
  readonly privateKey: string | undefined;
  readonly passphrase: string | undefined;
  readonly user: string | undefined;
  readonly port: number | undefined;
  readonly proxyJump: string | undefined;
  /** OpenSSH text; undefined: `workspace/known_hosts` of the bucket. */
  readonly knownHosts: string | undefined;
  readonly hostKeyPolicy: 'strict' | 'accept-new';
}

/** What the verbs of `state` listen to. */
export interface RepairRequest {
  /** Worker whose copy counts. */
  readonly from: string | undefined;
  readonly acceptRollback: boolean;
  /** Kept in the state. */
  readonly reason: string | undefined;
  readonly newKey: boolean;
  /** JSON file with what an adoption cannot find on the workers. */
  readonly import: string | undefined;
}

export interface StateRequest {
  readonly location: StateLocation;
  /** Key text; undefined: the file `secrets/state.key` of the bucket, where the face allows it. */
  readonly key: string | undefined;
  readonly initialize: 'auto' | 'never';
  readonly lockWaitMs: number;
}
