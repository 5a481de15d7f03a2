/** Decides which mode is recorded for a file that is read from a worker. Pure. */
import { outputPath } from '../stage/tree.ts';
import type { JobEntry } from '../workspace/types.ts';
import type { DeployedBucket } from './read-listing.ts';
import type { TreesInput } from './read-trees.ts';

/**
 * Returns the mode of each file. The maand CLI makes every file executable, so for its layout the workspace decides.
 */
export function modesFor(layout: DeployedBucket['layout'], jobs: readonly JobEntry[]): TreesInput['modeOf'] {
  if (layout === 'ours') return ({ mode }) => mode;
  const executable = new Map(
    jobs.flatMap(({ name, files }) =>
      files.map(({ path, executable: isSo }) => [`${name}/${outputPath({ path })}`, isSo ? 0o755 : 0o644] as const),
    ),
  );
  return ({ job, path, mode }) => executable.get(`${job}/${path}`) ?? mode;
}
