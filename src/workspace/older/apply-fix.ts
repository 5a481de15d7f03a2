/** Carries out the plan of `build --fix`: renames files and rewrites older words in place. */
import { mkdir, rename, rm } from 'node:fs/promises';
import { rewriteFile } from '../../base/durable-file.ts';
import { Failure, messageOf } from '../../base/failure.ts';
import type { FixPlan } from './plan-fix.ts';

/**
 * Carries a plan out, names first: a manifest in older words finds a script under its name of today, not the other way round.
 * So whatever breaks it off, the workspace means the same, and another run goes on. Throws a `Failure` (1).
 */
export async function applyFix({ draftFolder, moves, rewrites }: FixPlan): Promise<void> {
  try {
    await rm(draftFolder, { recursive: true, force: true });
    for (const { from, to } of moves) await rename(from, to);
    if (rewrites.length > 0) await mkdir(draftFolder, { mode: 0o700 });
    for (const rewrite of rewrites) await rewriteFile({ ...rewrite, draftFolder });
    await rm(draftFolder, { recursive: true, force: true });
  } catch (thrown) {
    throw new Failure(`rewriting older words broke off: ${messageOf(thrown)}`, {
      exitCode: 1,
      hint: 'what is done is whole; remove the cause and run build --fix again',
      cause: thrown,
    });
  }
}
