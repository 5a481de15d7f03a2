/**
 * Builds the environment of a hook process: the variables of the caller without its secrets, and variables that
 * describe the hook run (docs/hooks.md "Environment").
 */
import type { HookEvent } from '../../events/hook-event.ts';

/** The environment variables of the caller, in the type of `process.env`. */
export type CallerEnvironment = Readonly<Record<string, string | undefined>>;

/** Names of variables that may contain secrets. A hook gets such a variable only when `hook-env` names it. */
const WITHHELD = [
  /^INPUT_/,
  /^MAAND_/,
  /^ACTIONS_ID_TOKEN_/,
  /^ACTIONS_(RUNTIME_TOKEN|RUNTIME_URL|RESULTS_URL|CACHE_URL)$/,
];

/** Variables that are never inherited, because a value from the caller would mislead a `job_control` script. */
const LIFECYCLE = ['TARGET', 'NEW_ALLOCATIONS', 'UPDATED_ALLOCATIONS'];

/** A batch: allocations that are handled at the same time. */
export interface Batch {
  readonly hosts: readonly string[];
  /** The index of the batch, starting at 0. */
  readonly index: number;
  readonly count: number;
}

/**
 * The order of the workers. `source` is `kv` when the order comes from the job's key `rollout_order`, and `default`
 * when it comes from the catalog.
 */
export interface HookRolloutOrder {
  readonly text: string;
  readonly source: 'kv' | 'default';
}

/** Versions of an allocation: the running version, and the version to deploy. */
export interface Versions {
  readonly current: string;
  readonly next: string;
}

export interface HookVariables {
  readonly job: string;
  readonly hook: string;
  readonly event: HookEvent;
  readonly allocationId: string;
  readonly host: string;
  readonly allocationIndex: string;
  readonly disabled: boolean;
  readonly versions: Versions;
  readonly batch: Batch;
  readonly phase: string;
  readonly rolloutOrder: HookRolloutOrder;
  readonly bucketRoot: string;
  readonly api: { readonly host: string; readonly port: number; readonly token: string };
  /** Variables that exist only for the event of this hook, such as `TARGET` and `NEW_ALLOCATIONS`. */
  readonly extra: Readonly<Record<string, string>>;
}

/** Returns the part of the caller's environment that hooks may see. `allowed` contains the names from `hook-env`. */
export function inheritedEnvironment(caller: CallerEnvironment, allowed: readonly string[]): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(caller)) {
    if (value === undefined) continue;
    if (allowed.includes(name) || !WITHHELD.some((pattern) => pattern.test(name))) kept[name] = value;
  }
  return kept;
}

/** Returns the whole environment of one hook process. `inherited` comes from `inheritedEnvironment`. */
export function hookEnvironment(
  inherited: Readonly<Record<string, string>>,
  variables: HookVariables,
): Record<string, string> {
  const olderHost = { HOST: variables.api.host }; // a HOST of the caller takes precedence, because it names the machine
  const base: Record<string, string> = { PYTHONUNBUFFERED: '1', ...olderHost, ...inherited };
  if (variables.event === 'job_control') for (const name of LIFECYCLE) delete base[name];
  return { ...base, ...allocationVariables(variables), ...runVariables(variables), ...variables.extra };
}

function allocationVariables(variables: HookVariables): Record<string, string> {
  const disabled = variables.disabled ? '1' : '0';
  return {
    ALLOCATION_ID: variables.allocationId,
    ALLOCATION_IP: variables.host,
    ALLOCATION_INDEX: variables.allocationIndex,
    DISABLED: disabled,
    ALLOCATION_DISABLED: disabled,
    JOB: variables.job,
    EVENT: variables.event,
    HOOK: variables.hook,
    COMMAND: variables.hook,
    CURRENT_VERSION: variables.versions.current,
    NEW_VERSION: variables.versions.next,
  };
}

function runVariables({ api, batch, phase, rolloutOrder, bucketRoot }: HookVariables): Record<string, string> {
  return {
    HOOK_API_HOST: api.host,
    JOB_COMMAND_API_HOST: api.host,
    CONTAINER_HOST: api.host,
    HOOK_API_PORT: String(api.port),
    HOOK_API_TOKEN: api.token,
    BUCKET_ROOT: bucketRoot,
    BATCH_ALLOCATIONS: batch.hosts.join(','),
    BATCH_INDEX: String(batch.index),
    BATCH_COUNT: String(batch.count),
    DEPLOY_PHASE: phase,
    ROLLOUT_ORDER: rolloutOrder.text,
    ROLLOUT_ORDER_SOURCE: rolloutOrder.source,
    DEPLOY_ORDER: rolloutOrder.text,
    DEPLOY_ORDER_SOURCE: rolloutOrder.source,
  };
}
