/**
 * Writes the job summary of a deploy and of a plan: tables, a diagram of the waves, and folded details. The summary stays
 * below the limit of GitHub, 1 MiB.
 */

import type { JobPlan, Plan } from '../../events/plan.ts';
import { refusalHint, refusalText } from '../../events/refusal-text.ts';
import type { PlanJson } from '../../plan/plan-json.ts';
import { type DeployJson, type HookJson, isReconciled, isShellHook, type JobJson } from '../deploy-json.ts';
import { durationText } from '../duration.ts';
import { speaker } from '../log/output-line.ts';
import { clip } from '../log/phrases.ts';
import { countsText, planText, whyReconciled } from '../plan-text.ts';
import { idleSentence, isIdle, outcomeCounts, reconcileText } from '../result-text.ts';
import { codeBlock, details, fitSummary, plain, table } from './markdown-parts.ts';
import { type DiagramJob, waveDiagram } from './wave-diagram.ts';

const LONGEST_HOOK_OUTPUT_CHARS = 4000;
const LARGEST_PLAN_BYTES = 200 * 1024;
const LONGEST_COMMAND_CHARS = 200;
const FAILURES_SHOWN = 50;

export function deploySummary(json: DeployJson, failures: readonly string[]): string {
  const title = json.ok ? (isIdle(json) ? 'nothing to do' : 'succeeded') : 'failed';
  return fitSummary([
    `## maand deploy: ${title}\n\n`,
    json.ok && isIdle(json) ? `${plain(idleSentence(json))}.\n\n` : '',
    numbersTable(json),
    shellHookTable(json.hooks),
    jobsTable(json),
    failureList(failures),
    waveDiagram(diagramOf(json)),
    reconcileTable(json),
    phasesDetails(json.jobs),
    ...json.hooks.map(hookDetails),
  ]);
}

function numbersTable(json: DeployJson): string {
  const seq = json.update_seq === null ? '–' : String(json.update_seq);
  const serial = json.serial === null ? '–' : String(json.serial);
  const columns = ['Jobs', 'Took', 'update_seq', 'State serial', 'Run'];
  return table(columns, [[outcomeCounts(json.jobs), durationText(json.duration_ms), seq, serial, plain(json.run_id)]]);
}

const MARKS: Readonly<Record<JobJson['outcome'], { readonly icon: string; readonly mark: DiagramJob['mark'] }>> = {
  deployed: { icon: '✅', mark: 'good' },
  skipped: { icon: '⚪', mark: 'idle' },
  failed: { icon: '❌', mark: 'bad' },
  blocked: { icon: '⛔', mark: 'stopped' },
  cancelled: { icon: '🚫', mark: 'stopped' },
};

function jobsTable({ jobs, waves }: DeployJson): string {
  const waveOf = new Map(waves.flatMap(({ seq, jobs: names }) => names.map((name) => [name, seq] as const)));
  const rows = jobs.map((job) => [
    `${MARKS[job.outcome].icon} ${job.outcome}`,
    `**${plain(job.job)}**`,
    String(waveOf.get(job.job) ?? ''),
    String(workersOf(job)),
    durationText(job.duration_ms),
    plain(clip(job.error ?? job.reason ?? '', 300)),
  ]);
  return table(['Outcome', 'Job', 'Wave', 'Workers touched', 'Took', 'Why'], rows);
}

function workersOf({ phases }: JobJson): number {
  return new Set(phases.flatMap(({ worker }) => worker ?? [])).size;
}

function failureList(failures: readonly string[]): string {
  if (failures.length === 0) return '';
  const more = failures.length > FAILURES_SHOWN ? [`- … and ${failures.length - FAILURES_SHOWN} more`] : [];
  const items = failures.slice(0, FAILURES_SHOWN).map((failure) => `- ${plain(failure)}`);
  return `### What failed\n\n${[...items, ...more].join('\n')}\n\n`;
}

function diagramOf({ waves, jobs }: DeployJson) {
  const outcomes = new Map(jobs.map(({ job, outcome }) => [job, outcome]));
  return waves.map(({ seq, jobs: names }) => ({
    seq,
    jobs: names.map((job) => ({ job, mark: MARKS[outcomes.get(job) ?? 'cancelled'].mark })),
  }));
}

function reconcileTable({ reconcile }: DeployJson): string {
  const rows = reconcile.map(({ job, worker, outcome, error }) => [
    isReconciled({ outcome }) ? '✅' : outcome === 'given-up' ? '⚠️' : '❌',
    plain(job),
    plain(worker),
    plain(error === undefined ? reconcileText(outcome) : `${reconcileText(outcome)}: ${error}`),
  ]);
  return table(['', 'No longer wanted', 'Worker', 'What was done'], rows);
}

function phasesDetails(jobs: readonly JobJson[]): string {
  const rows = jobs.flatMap(({ job, phases }) =>
    phases.map(({ phase, worker, outcome, duration_ms, exit_code }) => [
      plain(job),
      phase,
      plain(worker ?? ''),
      exit_code === undefined || exit_code === 0 ? outcome : `${outcome} (exit ${exit_code})`,
      durationText(duration_ms),
    ]),
  );
  return rows.length === 0
    ? ''
    : details(`Phases (${rows.length})`, table(['Job', 'Phase', 'Worker', 'Outcome', 'Took'], rows));
}

/** Returns a table with a row for each shell hook of the run. The output of each hook is folded below the table. */
function shellHookTable(hooks: readonly HookJson[]): string {
  const rows = hooks
    .filter(isShellHook)
    .map(({ hook, command, exit_code, duration_ms }) => [
      exit_code === 0 ? '✅' : '❌',
      hook,
      plain(clip(command, LONGEST_COMMAND_CHARS)),
      String(exit_code),
      durationText(duration_ms),
    ]);
  return table(['', 'Shell hook', 'Command', 'Exit code', 'Took'], rows);
}

function hookDetails(hook: HookJson): string {
  const verdict = hook.exit_code === 0 ? 'ok' : `exit ${hook.exit_code}`;
  const whose = isShellHook(hook) ? '' : ` (${hook.event}) of ${speaker(hook.job ?? '', hook.worker)}`;
  const title = `Hook ${hook.hook}${whose}: ${verdict}, ${durationText(hook.duration_ms)}`;
  const outputs = [hook.stdout, hook.stderr].map((text) => text.trim().slice(-LONGEST_HOOK_OUTPUT_CHARS));
  const blocks = ['stdout', 'stderr'].map((name, at) => (outputs[at] ? `${name}\n\n${codeBlock(outputs[at])}` : ''));
  return details(title, `${codeBlock(hook.command)}${blocks.join('')}`);
}

export function planSummary(plan: Plan, json: PlanJson): string {
  const text = planText(plan);
  const whole = Buffer.byteLength(text) <= LARGEST_PLAN_BYTES;
  return fitSummary([
    `## maand plan: ${plan.required ? `deployment required (${countsText(plan)})` : 'nothing to do'}\n\n`,
    refusedParagraph(plan),
    table(['State', 'Digest'], [[plain(json.state), plain(json.digest)]]),
    planTable(plan),
    waveDiagram(
      plan.waves.map(({ seq, jobs }) => ({
        seq,
        jobs: jobs.map((plan) => ({ job: plan.job, mark: planMark(plan) })),
      })),
    ),
    planReconcile(plan),
    whole ? details('The whole plan', codeBlock(text)) : '*The whole plan is in the file of the output `plan-file`.*\n',
  ]);
}

function refusedParagraph({ refused }: Plan): string {
  if (refused === undefined) return '';
  return `⛔ **refused** ${plain(`[${refused.code}]: ${refusalText(refused)}`)}\n\n${plain(refusalHint(refused))}\n\n`;
}

function planMark({ required, problem }: JobPlan): DiagramJob['mark'] {
  if (problem !== undefined) return 'bad';
  return required ? 'waiting' : 'idle';
}

function planTable({ waves }: Plan): string {
  const rows = waves.flatMap(({ seq, jobs }) =>
    jobs.map(({ job, required, reason, problem, steps }) => [
      problem !== undefined ? '❌ problem' : required ? '🔵 deploy' : '⚪ skip',
      `**${plain(job)}**`,
      String(seq),
      actionCounts(steps.map(({ action }) => action)),
      plain(problem ?? reason),
    ]),
  );
  return table(['', 'Job', 'Wave', 'Allocations', 'Why'], rows);
}

/** Returns the number of each action, for example `2 restart, 1 skip`. */
function actionCounts(actions: readonly string[]): string {
  const numbers = new Map<string, number>();
  for (const action of actions) numbers.set(action, (numbers.get(action) ?? 0) + 1);
  return [...numbers].map(([action, number]) => `${number} ${action}`).join(', ');
}

function planReconcile({ reconcile }: Plan): string {
  const rows = reconcile.map((step) => [plain(step.job), plain(step.host), step.action, whyReconciled(step)]);
  return table(['No longer wanted', 'Worker', 'What happens', 'Why'], rows);
}
