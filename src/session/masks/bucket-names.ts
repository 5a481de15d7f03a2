/** Lists the identifiers of a bucket. Identifiers are never masked, even when they are equal to a secret. */
import type { AllocationRecord } from '../../state/document.ts';
import type { Workspace } from '../../workspace/types.ts';

/** Returns the identifiers in a workspace. */
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

/** Returns the jobs and hosts of allocations. Some of them may have left the workspace. */
export function namesOfAllocations(allocations: Iterable<Pick<AllocationRecord, 'job' | 'host'>>): string[] {
  return [...allocations].flatMap(({ job, host }) => [job, host]);
}
