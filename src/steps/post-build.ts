import { Failure } from '../base/failure.ts';
import type { Catalog } from '../catalog/types.ts';
import { findHookTools, interpreterFailure, missingInterpreters } from '../hooks/interpreters.ts';
import { hasHooks, runJobHooks } from '../rollout/hook-events.ts';
import { jobOf } from '../rollout/run.ts';
import type { BuiltBucket } from './built-bucket.ts';
import type { Face } from './face.ts';
import { openRun } from './open-run.ts';

/** Throws a `Failure` (2) when this machine cannot run the `post_build` hooks: to be asked before anything is saved. */
export async function requirePostBuildTools({ jobs }: Catalog, face: Face): Promise<void> {
  if (!jobs.some((job) => hasHooks(job, 'post_build'))) return;
  const missing = await missingInterpreters(jobs, await findHookTools(face.env.PATH ?? ''), ['post_build']);
  if (missing.length > 0) throw interpreterFailure(missing);
}

/** `post_build` hooks in the order of waves, all of them tried; then one failure fails the build. What they wrote stays. */
export async function postBuild(built: BuiltBucket): Promise<void> {
  const { catalog } = built;
  if (!catalog.jobs.some((job) => hasHooks(job, 'post_build'))) return;
  const failures: string[] = [];
  await using opened = await openRun(built);
  for (const name of catalog.waves.flat()) {
    if (built.face.signal.aborted) break;
    const failure = await runJobHooks(opened.run, jobOf(opened.run, name), { event: 'post_build' });
    if (failure !== undefined) failures.push(`post_build: ${failure}`);
  }
  if (failures.length > 0) throw new Failure(failures.join('\n'), { exitCode: 1 });
}
