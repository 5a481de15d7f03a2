/** Writes rendered trees into a folder, for `maand render --out`. */
import { chmod, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure, messageOf } from '../../base/failure.ts';
import type { Allocation, CatalogJob } from '../../catalog/types.ts';
import { type StageResults, stageProblems, treeOf } from '../../rollout/job/stage-job.ts';
import { writeTree } from '../../stage/staging-area.ts';
import type { TreeFile } from '../../stage/tree.ts';

export interface OutRequest {
  /** Absolute. */
  readonly folder: string;
  readonly job: CatalogJob;
  readonly allocations: readonly Allocation[];
  readonly staged: StageResults;
}

/**
 * Writes the trees, below a folder per worker when there are several. Into a new or empty folder, which only its owner can enter
 * afterwards; files that hold secrets are readable for their owner alone. Throws a `Failure` before anything is written.
 */
export async function writeRendered({ folder, job, allocations, staged }: OutRequest): Promise<void> {
  const hosts = new Set(allocations.map(({ host }) => host));
  const problems = stageProblems(staged).filter(({ host }) => hosts.has(host));
  if (problems.length > 0) {
    const sentences = problems.map(({ message }) => message);
    throw new Failure([`nothing was written, for job ${job.name} cannot be rendered`, ...sentences].join('\n'), {
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
    await emptyFolder(folder); // half a tree would be taken for a whole one, and may hold secrets
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
