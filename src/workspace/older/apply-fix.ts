/** Carries out the plan of `build --fix`: renames files and rewrites older words in place. */
import { mkdir, rename, rm } from 'node:fs/promises';
import { rewriteFile } from '../../base/durable-file.ts';
import { Failure, messageOf } from '../../base/failure.ts';
import type { FixPlan } from './plan-fix.ts';

/**
 * Carries out a plan. Files are renamed first: a manifest in older words finds a script under its new name, but a
 * manifest in new words does not find a script under its older name. So the workspace keeps its meaning wherever the
 * work stops, and another run continues. Throws a `Failure` (exit code 1).
 */
export async function applyFix({ draftFolder, moves, rewrites }: FixPlan): Promise<void> {
  try {
    await rm(draftFolder, { recursive: true, force: true });
    for (const { from, to } of moves) await rename(from, to);
    if (rewrites.length > 0) await mkdir(draftFolder, { mode: 0o700 });
    for (const rewrite of rewrites) await rewriteFile({ ...rewrite, draftFolder });
    await rm(draftFolder, { recursive: true, force: true });
  } catch (thrown) {
    throw new Failure(`rewriting older words failed: ${messageOf(thrown)}`, {
      exitCode: 1,
      hint: 'every changed file is complete; remove the cause and run build --fix again',
      cause: thrown,
    });
  }
}
