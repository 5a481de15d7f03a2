/** Carries out `maand build --fix`: rewrites older words of the workspace. */
import { Failure } from '../../base/failure.ts';
import { applyFix } from '../../workspace/older/apply-fix.ts';
import { type Fixed, planFix } from '../../workspace/older/plan-fix.ts';
import { surveyWorkspace } from '../../workspace/survey.ts';

/**
 * Rewrites the older words and returns the changes, by file and position. Throws a `Failure` (exit code 2), before it
 * writes anything, when the workspace has errors.
 */
export async function fixOlderWords(bucketDir: string, checkout: string): Promise<readonly Fixed[]> {
  const plan = await planFix(await surveyWorkspace(bucketDir, checkout));
  if (plan.refusals.length > 0) {
    throw new Failure('older words are not rewritten: the workspace has errors, and nothing was changed', {
      exitCode: 2,
      hint: 'fix these first, then run build --fix again',
      diagnostics: plan.refusals,
    });
  }
  await applyFix(plan);
  return plan.fixed;
}

/** Returns one line for each change; each ends with a line break. */
export function fixedText(fixed: readonly Fixed[]): string {
  if (fixed.length === 0) return 'no older words to rewrite\n';
  return fixed.map(({ file, line, column, change }) => `${file}:${line}:${column}: rewritten: ${change}\n`).join('');
}

/**
 * Returns the failure of a build after `--fix`, with the changed files added. Otherwise the user would not see the changes.
 */
export function afterFix(thrown: unknown, fixed: readonly Fixed[]): unknown {
  if (!(thrown instanceof Failure) || fixed.length === 0) return thrown;
  const { message, exitCode, hint, code, see, diagnostics } = thrown;
  return new Failure(`${message}\nbefore that, --fix changed the workspace:\n${fixedText(fixed).trimEnd()}`, {
    exitCode,
    diagnostics,
    cause: thrown,
    ...(hint !== undefined && { hint }),
    ...(code !== undefined && { code }),
    ...(see !== undefined && { see }),
  });
}
