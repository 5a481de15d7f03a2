import { rename } from 'node:fs/promises';
import { rewriteFile } from '../base/durable-file.ts';
import { Failure, messageOf } from '../base/failure.ts';
import type { FixPlan } from './plan-fix.ts';

/**
 * Carries a plan out, names first: a manifest in older words finds a script under its name of today, not the other way round.
 * So whatever breaks it off, the workspace means the same, and another run goes on. Throws a `Failure` (1).
 */
export async function applyFix({ moves, rewrites }: FixPlan): Promise<void> {
  try {
    for (const { from, to } of moves) await rename(from, to);
    for (const { path, text, mode } of rewrites) await rewriteFile(path, text, mode);
  } catch (thrown) {
    throw new Failure(`rewriting older words broke off: ${messageOf(thrown)}`, {
      exitCode: 1,
      hint: 'what is done is whole; remove the cause and run build --fix again',
      cause: thrown,
    });
  }
}
