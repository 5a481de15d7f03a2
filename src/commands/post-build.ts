import { Failure } from '../base/failure.ts';
import { runJobHooks } from '../rollout/hook-events.ts';
import { jobOf } from '../rollout/run.ts';
import type { BuiltBucket } from './built-bucket.ts';
import { openRun } from './open-run.ts';

/** `post_build` hooks in the order of waves, all of them tried; then one failure fails the build. What they wrote stays. */
export async function postBuild(built: BuiltBucket): Promise<void> {
  const { catalog } = built;
  const hasAny = catalog.jobs.some(({ entry }) => entry.hooks.some((hook) => hook.events.includes('post_build')));
  if (!hasAny) return;
  const failures: string[] = [];
  await using opened = await openRun(built);
  for (const name of catalog.waves.flat()) {
    const failure = await runJobHooks(opened.run, jobOf(opened.run, name), { event: 'post_build' });
    if (failure !== undefined) failures.push(`post_build: ${failure}`);
  }
  if (failures.length > 0) throw new Failure(failures.join('\n'), { exitCode: 1 });
}
