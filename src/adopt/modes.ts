/** Decides which mode to record for a file that is read from a worker. The function is pure. */
import { outputPath } from '../stage/tree.ts';
import type { JobEntry } from '../workspace/types.ts';
import type { DeployedBucket } from './read-listing.ts';
import type { TreesInput } from './read-trees.ts';

/**
 * Returns a function that returns the mode of each file. The maand CLI makes every file executable, so for its layout
 * the mode comes from the workspace.
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
