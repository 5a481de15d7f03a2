/** Lists the identifiers of a bucket. They are never masked, whatever secrets there are. */
import type { AllocationRecord } from '../state/document.ts';
import type { Workspace } from '../workspace/types.ts';

/** Returns the names in a workspace. */
export function namesOfWorkspace({ workers, jobs }: Workspace): string[] {
  return [
    ...workers.flatMap(({ host, hostname, labels }) => [host, hostname, ...labels]),
    ...jobs.flatMap(({ name, selectors, ports, hooks, certificates }) => [
      name,
      ...selectors,
      ...[...ports, ...hooks, ...certificates].map((one) => one.name),
    ]),
  ];
}

/** Returns the jobs and hosts of allocations, which may have left the workspace. */
export function namesOfAllocations(allocations: Iterable<Pick<AllocationRecord, 'job' | 'host'>>): string[] {
  return [...allocations].flatMap(({ job, host }) => [job, host]);
}
