/** Writes the result of a build as text. */
import type { Catalog, Continuity } from '../../catalog/types.ts';
import type { ClearedNamespace } from '../../kv/clear-namespaces.ts';
import type { GarbagePlan } from '../../plan/plan-gc.ts';

/** The results of a build that its catalog does not show. */
export interface BuildOutcome {
  /** Port numbers that the pool gave out in this build. */
  readonly newPorts: readonly { readonly job: string; readonly name: string; readonly port: number }[];
  /** Allocations that no longer belong to the workspace. */
  readonly removed: GarbagePlan;
  readonly purged: readonly ClearedNamespace[];
  /** Disabled jobs that keep the values of their hooks, although a purge was requested. */
  readonly spared: readonly string[];
  readonly warnings: number;
}

/** Returns the ports whose numbers the pool assigned since `before`, in the order of the jobs. */
export function newPorts({ jobs }: Catalog, before: Continuity['ports']): BuildOutcome['newPorts'] {
  return jobs.flatMap(({ name: job, entry, ports }) =>
    entry.ports.flatMap(({ name, number }) => {
      const port = ports[name];
      const known = Object.hasOwn(before, job) ? before[job]?.[name] : undefined;
      return number !== undefined || port === undefined || port === known ? [] : [{ job, name, port }];
    }),
  );
}

/** Returns the port numbers and waves of a catalog as text. Each line ends with a line break. */
export function catalogText({ jobs, workers, waves }: Catalog): string {
  const allocations = jobs.flatMap((job) => job.allocations);
  const disabled = allocations.filter((one) => one.disabled).length;
  const places = `${counted(jobs.length, 'job')} on ${counted(workers.length, 'worker')}`;
  const lines = [
    `${places}, ${counted(allocations.length, 'allocation')}${disabled > 0 ? ` (${disabled} disabled)` : ''}`,
    ...waves.map((names, seq) => `  wave ${seq}: ${names.join(', ')}`),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

/** Returns the summary of a build for people. Each line ends with a line break. */
export function buildText(catalog: Catalog, outcome: BuildOutcome): string {
  const { removed, warnings } = outcome;
  const leftBehind = removed.stopped.length;
  const lines = [
    ...outcome.newPorts.map(({ job, name, port }) => `new port: ${name} = ${port} (${job})`),
    ...[...removed.running, ...removed.givenUp].map(
      ({ job, host }) => `removed: ${job} on ${host}, the next deploy stops it`,
    ),
    ...removed.neverRan.map(({ job, host }) => `removed: ${job} on ${host}, it never ran`),
    ...(leftBehind > 0
      ? [`${counted(leftBehind, 'removed allocation')} left files behind: maand gc removes them`]
      : []),
    ...outcome.purged.map(({ namespace, keys }) => `purged: ${namespace} (${keys.join(', ')})`),
    ...outcome.spared.map(
      (job) => `not purged: ${job} is only disabled; name it with --jobs ${job} to forget its secrets`,
    ),
    ...(warnings > 0 ? [`${counted(warnings, 'warning')} in the log`] : []),
  ];
  return `${catalogText(catalog)}${lines.map((line) => `${line}\n`).join('')}`;
}

export function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}
