/** Applies the plan of `build --fix`: renames files, and replaces older words in files. */
import { mkdir, rename, rm } from 'node:fs/promises';
import { rewriteFile } from '../../base/durable-file.ts';
import { Failure, messageOf } from '../../base/failure.ts';
import type { FixPlan } from './plan-fix.ts';

/**
 * Applies a plan. Files are renamed before they are rewritten. This order keeps the workspace valid when the work is
 * interrupted: a manifest with older words accepts a script with the new name, but a manifest with current words does
 * not accept a script with an older name. The next run can then continue. Throws a `Failure` (exit code 1) when a file
 * operation fails.
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
