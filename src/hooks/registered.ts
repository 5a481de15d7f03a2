/** Finds the hooks and jobs that are registered for an event, and the hooks that demand a given hook. */
import { Failure } from '../base/failure.ts';
import { compareText } from '../base/order.ts';
import type { CatalogJob } from '../catalog/types.ts';
import type { JsonValue } from '../document/value.ts';
import type { HookEvent } from '../events/hook-event.ts';
import type { HookEntry } from '../workspace/types.ts';

/**
 * Returns the hooks of a job for an event, in manifest order. When `hook` is given, returns only this hook. Throws a
 * `Failure` (exit code 2) when `hook` is not registered for the event.
 */
export function registeredHooks(job: CatalogJob, event: HookEvent, hook?: string): readonly HookEntry[] {
  const registered = job.entry.hooks.filter((entry) => entry.events.includes(event));
  if (hook === undefined) return registered;
  const named = registered.filter((entry) => entry.name === hook);
  if (named.length > 0) return named;
  throw new Failure(`job "${job.name}" hook "${hook}" is not registered for event "${event}"`, {
    exitCode: 2,
    hint: `add "${event}" to executed_on of ${hook} in workspace/jobs/${job.name}/manifest.json`,
  });
}

/**
 * Returns every job that registers the hook for the event, sorted by name. Throws a `Failure` (exit code 2) when no job
 * registers the hook for the event.
 */
export function jobsWithHook(jobs: readonly CatalogJob[], hook: string, event: HookEvent): CatalogJob[] {
  const found = jobs.filter((job) =>
    job.entry.hooks.some((entry) => entry.name === hook && entry.events.includes(event)),
  );
  if (found.length > 0) return found.sort((a, b) => compareText(a.name, b.name));
  throw new Failure(`hook "${hook}" is not registered for event "${event}"`, {
    exitCode: 2,
    hint: `no job has "${event}" in executed_on of ${hook}; maand cat hooks lists what there is`,
  });
}

/** A hook that has a demand for the given hook. `config` is the `config` of the demand in the manifest. */
export interface DemandRow {
  readonly job: string;
  readonly hook: string;
  readonly config: Readonly<Record<string, JsonValue>>;
}

/** Returns the hooks that demand `hook` of `job`, sorted by job and hook. A hook with several events is listed once. */
export function demandsOn(jobs: readonly CatalogJob[], job: string, hook: string): DemandRow[] {
  const rows = jobs.flatMap(({ name, entry }) =>
    entry.hooks
      .filter(({ demand }) => demand?.job === job && demand.hook === hook)
      .map((dependent) => ({ job: name, hook: dependent.name, config: dependent.demand?.config ?? {} })),
  );
  return rows.sort((a, b) => compareText(a.job, b.job) || compareText(a.hook, b.hook));
}
