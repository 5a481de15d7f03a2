/**
 * Writes a plan for people. First come the allocations that would be stopped. Then each wave lists the action and the reason
 * of each allocation.
 */
import type { AllocationStep, BatchGroup, JobPlan, Plan, ReconcileStep, WavePlan } from '../events/plan.ts';
import { refusalHint, refusalText } from '../events/refusal-text.ts';
import { countPlan } from '../plan/plan-counts.ts';
import { count, hanging } from './log/phrases.ts';

const PATHS_SHOWN = 20;
const HOSTS_SHOWN = 8;

/** Returns the plan as text. Each line ends with a line break. */
export function planText(plan: Plan): string {
  const waves = plan.waves.filter(({ jobs }) => jobs.length > 0);
  if (waves.length === 0 && plan.reconcile.length === 0) return 'deploy dry-run: no jobs matched\n';
  const verdict = plan.required ? `deployment required (${countsText(plan)})` : 'no deployment required';
  const lines = [
    `deploy dry-run: ${verdict}`,
    ...refusedLines(plan),
    ...lookLines(plan),
    '',
    ...reconcileLines(plan.reconcile),
    ...waves.flatMap(waveLines),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

/** Returns a line with the workers that did not answer, because other jobs or versions may run there. */
function lookLines({ notLooked = [] }: Plan): string[] {
  return notLooked.length === 0 ? [] : [`not looked at, because they did not answer: ${notLooked.join(', ')}`];
}

/** Returns a text such as `1 start, 0 restarts, 2 stops`. Reloads are named only when the plan has reloads. */
export function countsText(plan: Plan): string {
  const { starts, restarts, reloads, stops } = countPlan(plan);
  const parts = [count(starts, 'start'), count(restarts, 'restart'), count(stops, 'stop')];
  return [...parts, ...(reloads > 0 ? [count(reloads, 'reload')] : [])].join(', ');
}

function refusedLines({ refused }: Plan): string[] {
  if (refused === undefined) return [];
  return [`refused [${refused.code}]: ${refusalText(refused)}`, `  ${refusalHint(refused)}`];
}

function reconcileLines(steps: readonly ReconcileStep[]): string[] {
  if (steps.length === 0) return [];
  return [
    'reconcile:',
    ...steps.map((step) => `  job "${step.job}": ${step.action} on ${step.host} (${whyReconciled(step)})`),
  ];
}

/** Returns the reason why an allocation is stopped or removed from the state. */
export function whyReconciled({ action, workerLeft }: ReconcileStep): string {
  switch (action) {
    case 'stop':
      return 'disabled';
    case 'stop+remove':
      return workerLeft ? 'the worker left the bucket' : 'no longer placed there';
    case 'forget':
      return 'no longer placed there, never ran';
  }
}

function waveLines({ seq, jobs }: WavePlan): string[] {
  return [`deployment sequence ${seq}:`, ...jobs.flatMap(jobLines)];
}

function jobLines(plan: JobPlan): string[] {
  const { job, required, reason, problem, groups, steps } = plan;
  const problems = problem === undefined ? [] : [`    problem: ${hanging(problem, '      ')}`];
  if (!required) return [`  job "${job}": skip (${reason})`, ...problems];
  return [
    `  job "${job}": deploy required (${problem === undefined ? reason : 'cannot be planned'})`,
    ...stepLines(steps),
    ...groups.flatMap(groupLine),
    ...problems,
  ];
}

function stepLines(steps: readonly AllocationStep[]): string[] {
  const hostWidth = widest(steps.map(({ host }) => host));
  const actionWidth = widest(steps.map(({ action }) => action));
  return steps.map(
    (step) => `    ${step.host.padEnd(hostWidth)}  ${step.action.padEnd(actionWidth)}  ${stepDetails(step)}`,
  );
}

function widest(texts: readonly string[]): number {
  return texts.reduce((width, { length }) => Math.max(width, length), 0);
}

function stepDetails({ reason, currentVersion, newVersion, changed, matched }: AllocationStep): string {
  const parts = [`reason=${quoteWord(reason)}`];
  if (currentVersion !== newVersion) parts.push(`version=${currentVersion}->${newVersion}`);
  if (changed.length > 0) parts.push(`changed=${pathList(changed)}`);
  if (matched.length > 0) parts.push(`matched=${pathList(matched)}`);
  return parts.join(' ');
}

function pathList(paths: readonly string[]): string {
  const shown = paths.slice(0, PATHS_SHOWN).map(quoteWord).join(',');
  return paths.length > PATHS_SHOWN ? `${shown},… (${paths.length - PATHS_SHOWN} more)` : shown;
}

/**
 * Quotes a word that would make the line ambiguous. For example, a file name may contain any character except a slash and
 * NUL.
 */
function quoteWord(word: string): string {
  return /^[^\s,"=\p{Cc}]+$/u.test(word) ? word : JSON.stringify(word);
}

/** Returns the line of a group of batches. Returns no line when there is only one batch. */
function groupLine({ action, batches }: BatchGroup): string[] {
  if (batches.length <= 1) return [];
  const texts = batches.slice(0, HOSTS_SHOWN).map((hosts) => `[${hosts.join(', ')}]`);
  const more = batches.length > HOSTS_SHOWN ? ` … ${batches.length - HOSTS_SHOWN} more` : '';
  return [`    ${action} in ${batches.length} batches: ${texts.join(' ')}${more}`];
}
