/** Writes rendered trees into a folder, for `maand render --out`. */
import { chmod, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure, messageOf } from '../../base/failure.ts';
import type { Allocation, CatalogJob } from '../../catalog/types.ts';
import { type StageResults, stageProblems, treeOf } from '../../rollout/job/stage-job.ts';
import { writeTree } from '../../stage/staging-area.ts';
import type { TreeFile } from '../../stage/tree.ts';

export interface OutRequest {
  /** Absolute path. */
  readonly folder: string;
  readonly job: CatalogJob;
  readonly allocations: readonly Allocation[];
  readonly staged: StageResults;
}

/**
 * Writes the trees, with a folder for each worker when there are several workers. The output folder must be new or empty.
 * Afterwards only its owner can enter it, and files that contain secrets are readable only by their owner. Throws a
 * `Failure`, before it writes anything, when a tree cannot be rendered or the folder cannot be used.
 */
export async function writeRendered({ folder, job, allocations, staged }: OutRequest): Promise<void> {
  const hosts = new Set(allocations.map(({ host }) => host));
  const problems = stageProblems(staged).filter(({ host }) => hosts.has(host));
  if (problems.length > 0) {
    const sentences = problems.map(({ message }) => message);
    throw new Failure([`nothing was written, because job ${job.name} cannot be rendered`, ...sentences].join('\n'), {
      exitCode: 1,
    });
  }
  await makeEmptyFolder(folder);
  try {
    for (const { host } of allocations) {
      const target = allocations.length > 1 ? join(folder, host) : folder;
      await writeTree(target, treeOf(staged, host), modeOutside);
    }
    await chmod(folder, 0o700);
  } catch (thrown) {
    await emptyFolder(folder); // users could mistake an incomplete tree for a complete one, and it may contain secrets
    throw thrown;
  }
}

const modeOutside = ({ mode, holdsSecret }: TreeFile): number => (holdsSecret ? 0o600 : mode);

async function emptyFolder(folder: string): Promise<void> {
  for (const name of await readdir(folder, { encoding: 'buffer' })) {
    await rm(Buffer.concat([Buffer.from(`${folder}/`), name]), { recursive: true, force: true });
  }
}

async function makeEmptyFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    if ((await readdir(folder)).length > 0)
      throw new Failure(`${folder} is not empty`, { exitCode: 2, hint: 'name a new folder, or empty it' });
    await chmod(folder, 0o700);
  } catch (thrown) {
    if (thrown instanceof Failure) throw thrown;
    throw new Failure(`cannot write to ${folder}: ${messageOf(thrown)}`, { exitCode: 2, cause: thrown });
  }
}
