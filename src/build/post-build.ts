/** Runs the `post_build` hooks of a build. */

import { Failure } from '../base/failure.ts';
import type { Catalog } from '../catalog/types.ts';
import { problemText } from '../events/problem-text.ts';
import { findHookTools, interpreterFailure, missingInterpreters } from '../hooks/process/interpreters.ts';
import { hasHooks, runJobHooks } from '../rollout/hook-events.ts';
import { jobOf, type Run } from '../rollout/run.ts';

/**
 * Throws a `Failure` (exit code 2) when this machine cannot run the `post_build` hooks. Must be called before anything
 * is saved.
 */
export async function requirePostBuildTools({ jobs }: Catalog): Promise<void> {
  if (!jobs.some((job) => hasHooks(job, 'post_build'))) return;
  const missing = await missingInterpreters(jobs, await findHookTools(), ['post_build']);
  if (missing.length > 0) throw interpreterFailure(missing);
}

export function hasPostBuildHooks({ jobs }: Catalog): boolean {
  return jobs.some((job) => hasHooks(job, 'post_build'));
}

/**
 * Runs the `post_build` hooks in the order of the waves. All hooks run even after one fails, and any failure then fails
 * the build. Values that the hooks wrote are kept.
 */
export async function runPostBuild(run: Run): Promise<void> {
  const failures: string[] = [];
  for (const name of run.catalog.waves.flat()) {
    if (run.signal.aborted) break;
    const failure = await runJobHooks(run, jobOf(run, name), { event: 'post_build' });
    if (failure !== undefined) failures.push(`post_build: ${problemText(failure)}`);
  }
  if (failures.length > 0) throw new Failure(failures.join('\n'), { exitCode: 1 });
}
