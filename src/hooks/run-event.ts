/**
 * Runs the hooks of one job for one event. The hooks run one at a time in manifest order, and each hook runs on its
 * allocations in batches. A started batch is always finished. The first batch that fails ends its hook, and the first
 * hook that fails ends the event. Two events continue after a failed hook: a health check, so that its report is
 * complete, and a build, because the hooks of a build are independent of each other.
 */
import { mapLimit } from '../base/concurrency.ts';
import type { CatalogJob } from '../catalog/types.ts';
import type { HookEvent } from '../events/hook-event.ts';
import type { HookRecord } from '../events/hook-record.ts';
import type { HookEntry } from '../workspace/types.ts';
import type { HookRolloutOrder, Versions } from './process/environment.ts';
import { chooseInterpreter, type Interpreter, interpreterFailure } from './process/interpreters.ts';
import { registeredHooks } from './registered.ts';
import { type HookRuntime, type HookTarget, runForAllocation } from './run-allocation.ts';

export interface HookEventRequest<Target extends HookTarget = HookTarget> {
  readonly job: CatalogJob;
  readonly event: HookEvent;
  /** The only hook to run. When `hook` is undefined, every hook that is registered for the event runs. */
  readonly hook?: string;
  /** The allocations to run on, in rollout order. */
  readonly targets: readonly Target[];
  /** Number of allocations that run at the same time; 0 means all. */
  readonly batchSize: number;
  /** Set when the targets are one batch of a larger rollout. In this case, the targets are not divided further. */
  readonly batch?: { readonly index: number; readonly count: number };
  readonly rolloutOrder: HookRolloutOrder;
  readonly versionsOf: (target: Target) => Versions;
  /** `new`, `update` or `stop`. When `phase` is undefined, the name of the event is used. */
  readonly phase?: string;
  /** Variables that exist only for this event: `TARGET`, `NEW_ALLOCATIONS`, `UPDATED_ALLOCATIONS`. */
  readonly extra?: Readonly<Record<string, string>>;
}

/**
 * `records` contains the finished hook runs, in the order of hooks, batches and allocations. `message` names every
 * allocation that failed.
 */
export type HookEventOutcome =
  | { readonly kind: 'succeeded'; readonly records: readonly HookRecord[] }
  | { readonly kind: 'failed' | 'cancelled'; readonly records: readonly HookRecord[]; readonly message: string };

/** Events that run the next hook even after a hook has failed. */
const TRIES_ALL: readonly HookEvent[] = ['health_check', 'post_build'];

interface PlannedHook {
  readonly hook: HookEntry;
  readonly interpreter: Interpreter;
}

/**
 * Runs the hooks of an event. Throws a `Failure` (exit code 2) when a named hook is not registered or an interpreter is
 * missing.
 */
export async function runHookEvent<Target extends HookTarget>(
  request: HookEventRequest<Target>,
  runtime: HookRuntime,
): Promise<HookEventOutcome> {
  const { job, event, targets } = request;
  const hooks = registeredHooks(job, event, request.hook);
  if (hooks.length === 0 || targets.length === 0) return { kind: 'succeeded', records: [] };
  const records: HookRecord[] = [];
  const messages: string[] = [];
  for (const planned of await withInterpreters(job, hooks, runtime)) {
    const ran = await runBatches(request, planned, runtime);
    records.push(...ran);
    const message = failureMessage(job, planned.hook, ran);
    if (message !== undefined) messages.push(message);
    if (runtime.signal.aborted)
      return cancelled(records, messages, `job ${job.name} hook ${planned.hook.name} cancelled`);
    if (message !== undefined && !TRIES_ALL.includes(event)) break;
  }
  if (messages.length === 0) return { kind: 'succeeded', records };
  return { kind: 'failed', records, message: messages.join('\n') };
}

function cancelled(records: readonly HookRecord[], messages: readonly string[], fallback: string): HookEventOutcome {
  return { kind: 'cancelled', records, message: messages.length > 0 ? messages.join('\n') : fallback };
}

async function withInterpreters(
  job: CatalogJob,
  hooks: readonly HookEntry[],
  { tools }: HookRuntime,
): Promise<PlannedHook[]> {
  const choices = await Promise.all(hooks.map((hook) => chooseInterpreter(job, hook, tools)));
  const missing = choices.flatMap((choice) => (choice.kind === 'missing' ? [choice.missing] : []));
  if (missing.length > 0) throw interpreterFailure(missing);
  return hooks.flatMap((hook, index) => {
    const choice = choices[index];
    return choice?.kind === 'found' ? [{ hook, interpreter: choice.interpreter }] : [];
  });
}

async function runBatches<Target extends HookTarget>(
  request: HookEventRequest<Target>,
  planned: PlannedHook,
  runtime: HookRuntime,
): Promise<HookRecord[]> {
  const records: HookRecord[] = [];
  for (const batch of toBatches(request)) {
    if (runtime.signal.aborted) break;
    const ran = await runBatch({ request, planned, batch }, runtime);
    records.push(...ran);
    if (request.event !== 'health_check' && ran.some(({ outcome }) => outcome !== 'succeeded')) break;
  }
  return records;
}

interface HookBatch<Target extends HookTarget> {
  readonly targets: readonly Target[];
  readonly index: number;
  readonly count: number;
}

function toBatches<Target extends HookTarget>(request: HookEventRequest<Target>): HookBatch<Target>[] {
  const { targets, batchSize, batch } = request;
  if (batch !== undefined) return [{ targets, ...batch }];
  const size = batchSize < 1 ? targets.length : batchSize;
  const count = Math.ceil(targets.length / size);
  return Array.from({ length: count }, (_, index) => {
    return { targets: targets.slice(index * size, (index + 1) * size), index, count };
  });
}

interface BatchRun<Target extends HookTarget> {
  readonly request: HookEventRequest<Target>;
  readonly planned: PlannedHook;
  readonly batch: HookBatch<Target>;
}

/**
 * Runs all allocations of a batch at the same time. An unexpected error of one allocation is thrown after the hooks of
 * all allocations have ended.
 */
async function runBatch<Target extends HookTarget>(
  { request, planned, batch: { targets, index, count } }: BatchRun<Target>,
  runtime: HookRuntime,
): Promise<HookRecord[]> {
  const { job, event, rolloutOrder, phase = event, extra = {} } = request;
  const batch = { hosts: targets.map(({ host }) => host), index, count };
  return mapLimit(targets, targets.length, (target) => {
    const versions = request.versionsOf(target);
    return runForAllocation({ job, event, ...planned, batch, phase, rolloutOrder, versions, extra }, target, runtime);
  });
}

/**
 * Returns `job <job> hook <hook> failed: <ip>: <cause>; <ip>: <cause>` in batch order. Returns `undefined` when nothing
 * failed.
 */
function failureMessage({ name }: CatalogJob, hook: HookEntry, records: readonly HookRecord[]): string | undefined {
  const causes = records.flatMap(({ worker, problem }) => (problem === undefined ? [] : [`${worker}: ${problem}`]));
  return causes.length === 0 ? undefined : `job ${name} hook ${hook.name} failed: ${causes.join('; ')}`;
}
