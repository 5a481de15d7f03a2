/**
 * Performs the third step of commands that use workers or hooks: opens connections, staging folder and hook API while
 * the command works.
 */
import { hasPostBuildHooks, runPostBuild } from '../build/post-build.ts';
import type { BuiltBucket } from './built-bucket.ts';
import { type OpenedRun, openRun } from './open-run.ts';

/** Opens the run and calls `work`. Everything is closed afterwards, even when `work` fails. */
export async function withRun<T>(built: BuiltBucket, work: (opened: OpenedRun) => Promise<T>): Promise<T> {
  await using opened = await openRun(built);
  return await work(opened); // without `await`, everything would be closed while `work` still runs
}

/** Runs the `post_build` hooks of a bucket that was just built. */
export async function postBuild(built: BuiltBucket): Promise<void> {
  if (!hasPostBuildHooks(built.catalog)) return;
  await withRun(built, ({ run }) => runPostBuild(run));
}
