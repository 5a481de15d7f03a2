/**
 * Plans the actions of a deploy on the allocations of one job. The functions are pure. The functions compare the
 * catalog, the state and the staged trees.
 */
import type { Allocation, CatalogJob } from '../catalog/types.ts';
import type { AllocationStep, BatchGroup, FoundReason, JobPlan } from '../events/plan.ts';
import type { RestartPolicy } from '../workspace/types.ts';
import { changedPaths, chooseLifecycle } from './changes.ts';
import { batchesOf, resolveRolloutOrder } from './rollout-order.ts';

/** A tree of an allocation, as it is recorded in the state. */
export interface KnownTree {
  readonly hash: string;
  readonly version: string;
  /** The digest of each file by path; undefined when the state no longer has the list. */
  readonly files: Readonly<Record<string, string>> | undefined;
}

export interface KnownAllocation {
  readonly currentVersion: string;
  readonly promoted: KnownTree | undefined;
  /** The tree with which the lifecycle command ran. The health of this tree is not confirmed yet. */
  readonly applied: KnownTree | undefined;
  /** The hash of the tree that was sent to the worker last; undefined when the hash is unknown. */
  readonly delivered: string | undefined;
  readonly stopped: boolean;
}

/** The result of staging. `needs-hook`: a template needs a KV key that only a hook will write. */
export type StagedAllocation =
  | { readonly kind: 'staged'; readonly hash: string; readonly files: Readonly<Record<string, string>> }
  | { readonly kind: 'needs-hook' };

export interface DeployOptions {
  readonly force: boolean;
  readonly syncOnly: boolean;
  /** Jobs that the user named. Only these are restarted for no other reason than failed health. */
  readonly named: ReadonlySet<string>;
}

export interface JobPlanInput {
  readonly job: CatalogJob;
  readonly known: (allocationId: string) => KnownAllocation | undefined;
  readonly staged: (host: string) => StagedAllocation;
  /**
   * Returns the fault that the run found when it asked the worker of an allocation. Returns undefined when there is no
   * fault, or when the worker was not asked.
   */
  readonly found: (allocationId: string) => FoundReason | undefined;
  /** The hosts whose applied tree was unhealthy in this run. On these hosts, the tree is rolled out again. */
  readonly unhealthy: ReadonlySet<string>;
  readonly postDeployPending: boolean;
  /** The value of the job's KV key `rollout_order`. */
  readonly rolloutOrder: string | undefined;
  readonly options: DeployOptions;
}

export function planJob(input: JobPlanInput): JobPlan {
  const { job, options } = input;
  const steps = job.allocations.map((allocation) => planAllocation(input, allocation));
  const busy = steps.filter(({ action }) => action !== 'skip');
  const fresh = steps.filter(
    ({ action, reason }) => action === 'start' || (action === 'job_control' && NEVER_RAN.has(reason)),
  );
  const problem =
    options.syncOnly && fresh.length > 0
      ? `sync-only deploy cannot start new allocations on job "${job.name}": ${fresh.map(({ host }) => host).join(',')}`
      : undefined;
  return {
    job: job.name,
    required: busy.length > 0 || input.postDeployPending,
    reason: reasonOf(input, steps, busy),
    ...(problem === undefined ? {} : { problem }),
    groups: groupBatches(input, steps),
    steps,
  };
}

/** The reasons of steps for allocations that do not run. The worker has no files of such an allocation. */
export const NEVER_RAN: ReadonlySet<AllocationStep['reason']> = new Set(['new', 'missing']);

function reasonOf(input: JobPlanInput, steps: readonly AllocationStep[], busy: readonly AllocationStep[]): string {
  if (busy.length > 0) return [...new Set(busy.map(({ reason }) => reason))].sort().join(', ');
  if (input.postDeployPending) return 'post_deploy pending';
  return steps.length === 0 ? 'no allocations' : 'already promoted on all allocations';
}

function planAllocation(input: JobPlanInput, allocation: Allocation): AllocationStep {
  const known = input.known(allocation.id);
  const decided = allocation.disabled ? planDisabled(input, allocation, known) : planActive(input, allocation, known);
  return {
    host: allocation.host,
    allocationId: allocation.id,
    changed: [],
    matched: [],
    ...decided,
    currentVersion: known?.currentVersion ?? '0.0.0',
    newVersion: allocation.newVersion,
  };
}

type Decision = Pick<AllocationStep, 'action' | 'reason'> & Partial<Pick<AllocationStep, 'changed' | 'matched'>>;

/**
 * Plans a disabled allocation. Such an allocation is stopped once and never started, and no files are delivered to it.
 * The hash of the allocation in the state is kept up to date.
 */
function planDisabled(input: JobPlanInput, allocation: Allocation, known: KnownAllocation | undefined): Decision {
  const deployed = known?.applied ?? known?.promoted;
  if (!known || !deployed) return { action: 'skip', reason: 'disabled' };
  const staged = input.staged(allocation.host);
  const same =
    staged.kind === 'staged' && staged.hash === deployed.hash && known.currentVersion === allocation.newVersion;
  const pending = (!same && staged.kind === 'staged') || known.applied !== undefined;
  if (known.stopped)
    return pending ? { action: 'promote', reason: 'disabled' } : { action: 'skip', reason: 'disabled' };
  return { action: pending ? 'stop+promote' : 'stop', reason: 'disabled' };
}

function planActive(input: JobPlanInput, allocation: Allocation, known: KnownAllocation | undefined): Decision {
  const deployed = known?.applied ?? known?.promoted;
  const controlled = hasJobControl(input.job) && !input.options.syncOnly;
  if (!known || !deployed) return { action: controlled ? 'job_control' : 'start', reason: 'new' };
  const found = input.found(allocation.id);
  if (found === 'missing') return { action: controlled ? 'job_control' : 'start', reason: 'missing' };
  const update = planUpdate(input, { allocation, deployed, known });
  const isWork = update.action !== 'skip' && update.action !== 'promote' && update.reason !== 'unsigned';
  // The restart policy has no effect on a job with a `job_control` hook. The script runs even if changed files were
  // changed back, because an earlier run of the script may have used the changed files.
  return controlled && isWork ? { ...update, matched: [], action: 'job_control' } : update;
}

interface DeployedAllocation {
  readonly allocation: Allocation;
  /** The tree with which the allocation runs. */
  readonly deployed: KnownTree;
  readonly known: KnownAllocation;
}

function planUpdate(input: JobPlanInput, { allocation, deployed, known }: DeployedAllocation): Decision {
  const { job, options, unhealthy } = input;
  const { restartPolicy: policy, restartGlobs: globs } = job.entry;
  const { syncOnly } = options;
  const staged = input.staged(allocation.host);
  if (staged.kind === 'needs-hook') {
    return { action: chooseLifecycle({ policy, globs, changed: undefined, syncOnly }).action, reason: 'needs-hook' };
  }
  if (input.found(allocation.id) === 'behind') return { action: rollRestored(input), reason: 'behind' };
  if (staged.hash !== deployed.hash) {
    const changed = deployed.files && changedPaths(deployed.files, staged.files);
    return { ...chooseLifecycle({ policy, globs, changed, syncOnly }), reason: 'content', changed: changed ?? [] };
  }
  if (deployed.version !== allocation.newVersion) {
    return { ...chooseLifecycle({ policy, globs, changed: undefined, syncOnly }), reason: 'version' };
  }
  if (known.delivered !== undefined && known.delivered !== staged.hash) return planUndelivered(input, known);
  if (unhealthy.has(allocation.host)) return rollAgain(policy, known);
  if (options.force) return { ...chooseLifecycle({ policy, globs, changed: undefined, syncOnly }), reason: 'forced' };
  if (known.applied) return { action: 'promote', reason: 'applied' };
  if (input.found(allocation.id) === 'unsigned') return { action: 'sync', reason: 'unsigned' };
  return { action: 'skip', reason: 'unchanged' };
}

/**
 * Chooses the command for an allocation whose files on the worker are older than the state. It is not known which files
 * changed, so the policy `reload` restarts.
 */
function rollRestored({ job, options }: JobPlanInput): 'sync' | 'restart' {
  return options.syncOnly || job.entry.restartPolicy === 'never' ? 'sync' : 'restart';
}

/**
 * Plans to roll out an unhealthy allocation again. The action is `start` when the allocation was never promoted, or when
 * the policy is `never`, because such a job may have no make target `restart`. Otherwise the action is `restart`.
 */
function rollAgain(policy: RestartPolicy, known: KnownAllocation): Decision {
  return { action: policy === 'never' || !known.promoted ? 'start' : 'restart', reason: 'unhealthy' };
}

/**
 * Plans an allocation after an unfinished deploy. The files on the worker differ from the tree that runs, so the files
 * of that tree are delivered again.
 */
function planUndelivered({ job, options }: JobPlanInput, known: KnownAllocation): Decision {
  const { restartPolicy: policy, restartGlobs: globs } = job.entry;
  if (!known.applied) return { action: 'sync', reason: 'unfinished' };
  return {
    ...chooseLifecycle({ policy, globs, changed: undefined, syncOnly: options.syncOnly }),
    reason: 'unfinished',
  };
}

export function hasJobControl(job: CatalogJob): boolean {
  return job.entry.hooks.some((hook) => hook.events.includes('job_control'));
}

function groupBatches({ job, rolloutOrder }: JobPlanInput, steps: readonly AllocationStep[]): BatchGroup[] {
  const all = job.allocations.map(({ host }) => host);
  const groupOf = (action: BatchGroup['action'], size: number): BatchGroup[] => {
    const candidates = steps.filter((step) => step.action === action).map(({ host }) => host);
    const { hosts } = resolveRolloutOrder(rolloutOrder, all, candidates);
    return hosts.length === 0 ? [] : [{ action, batches: batchesOf(hosts, size) }];
  };
  const { maxConcurrentStarts, maxConcurrentUpgrades } = job.entry;
  return [
    ...groupOf('start', maxConcurrentStarts),
    ...groupOf('reload', maxConcurrentUpgrades),
    ...groupOf('restart', maxConcurrentUpgrades),
  ];
}
