/** Carries out `maand build --fix`: rewrites older words of the workspace. */
import { Failure } from '../../base/failure.ts';
import { applyFix } from '../../workspace/older/apply-fix.ts';
import { type Fixed, planFix } from '../../workspace/older/plan-fix.ts';
import { surveyWorkspace } from '../../workspace/survey.ts';

/** `build --fix`: what was rewritten, in order of file and position. Throws a `Failure` (2) before anything is written. */
export async function fixOlderWords(bucketDir: string): Promise<readonly Fixed[]> {
  const plan = await planFix(await surveyWorkspace(bucketDir));
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

/** A line for each change; ends with a line break. */
export function fixedText(fixed: readonly Fixed[]): string {
  if (fixed.length === 0) return 'no older words to rewrite\n';
  return fixed.map(({ file, line, column, change }) => `${file}:${line}:${column}: rewritten: ${change}\n`).join('');
}

/** A build that fails afterwards must not hide that files were changed. */
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
