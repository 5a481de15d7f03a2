/** Compares two trees and chooses the command for an allocation whose files or version changed. */
import { compareText } from '../base/order.ts';
import { compileGlob } from '../base/text/glob.ts';
import type { RestartPolicy } from '../workspace/types.ts';

type Files = Readonly<Record<string, string>>;

/** Returns the paths that were added, changed or deleted, sorted. */
export function changedPaths(before: Files, after: Files): string[] {
  const paths = new Set([...Object.keys(before), ...Object.keys(after)]);
  const digest = (files: Files, path: string) => (Object.hasOwn(files, path) ? files[path] : undefined);
  return [...paths].filter((path) => digest(before, path) !== digest(after, path)).sort(compareText);
}

export interface LifecycleInput {
  readonly policy: RestartPolicy;
  readonly globs: readonly string[];
  /**
   * The changed paths. Undefined when the changes are unknown, when only the version differs, or when an update without
   * changes is forced.
   */
  readonly changed: readonly string[] | undefined;
  readonly syncOnly: boolean;
}

export interface Lifecycle {
  readonly action: 'sync' | 'restart' | 'reload';
  readonly matched: readonly string[];
}

/**
 * Chooses the command for an updated allocation. `--sync-only` and policy `never` only sync files. Policy `always`
 * restarts. Policy `reload` restarts when a changed path matches one of the globs. Otherwise this policy reloads.
 */
export function chooseLifecycle({ policy, globs, changed, syncOnly }: LifecycleInput): Lifecycle {
  if (syncOnly || policy === 'never') return { action: 'sync', matched: [] };
  if (policy === 'always') return { action: 'restart', matched: [] };
  const matchers = globs.map(compileGlob); // malformed globs were refused when the workspace was read
  const matched = (changed ?? []).filter((path) => matchers.some((glob) => 'matches' in glob && glob.matches(path)));
  return { action: matched.length > 0 ? 'restart' : 'reload', matched };
}
