/**
 * Reports folders that look like jobs but are not read as jobs. The finding is an error when a deployed job would be
 * stopped because of such a folder.
 */
import type { Diagnostic } from '../base/diagnostic.ts';
import { excerpt } from '../base/text/quote.ts';
import type { Workspace } from '../workspace/types.ts';
import type { Continuity } from './types.ts';

/** Returns the findings about the stray folders of a workspace. */
export function reportStrays(
  { strays, jobs, flaws }: Pick<Workspace, 'strays' | 'jobs' | 'flaws'>,
  { allocations }: Pick<Continuity, 'allocations'>,
): Diagnostic[] {
  const present = new Set([...jobs.map(({ name }) => name), ...flaws.jobs]);
  const deployed = new Set(allocations.filter(({ removed, stopped }) => !(removed && stopped)).map(({ job }) => job));
  return strays.flatMap(({ jobs: names, isNotable, what, hint, place }): Diagnostic[] => {
    const lost = names.filter((name) => deployed.has(name) && !present.has(name));
    if (lost.length === 0 && !isNotable && present.size > 0) return [];
    const finding = { code: 'ErrInvalidJob', place } as const;
    if (lost.length === 0) return [{ ...finding, severity: 'warning', message: what, hint }];
    const which = lost.length === 1 ? `job ${excerpt(lost[0] ?? '')} is` : `jobs ${lost.map(excerpt).join(', ')} are`;
    const message = `invalid job: ${what}, and ${which} deployed`;
    return [{ ...finding, severity: 'error', message, hint: `${hint}; to remove a job, remove its whole folder` }];
  });
}
