/** Writes the text that a terminal shows after a deploy. */
import type { DeployJson, JobJson, ReconcileJson } from './deploy-json.ts';
import { durationText } from './duration.ts';
import { clip, count, hanging, linesOf, oneLine } from './log/phrases.ts';

const LONGEST_WHY_CHARS = 120;
const LONGEST_REASON_CHARS = 4000;
const DEPLOY_FAILED = 'deploy failed:';

/**
 * Returns the text of the result. Each line ends with a line break. `failures` are the sentences that the rollout collected.
 */
export function resultText(json: DeployJson, failures: readonly string[]): string {
  if (json.ok && isIdle(json)) return `${idleSentence(json)}\n`;
  const lines = [
    headline(json),
    ...jobLines(json.jobs),
    ...json.reconcile.map(reconcileLine),
    ...failureLines(failures),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

/** Returns true when nothing was deployed and nothing had to be stopped. */
export function isIdle({ jobs, reconcile }: DeployJson): boolean {
  return reconcile.length === 0 && jobs.every(({ outcome }) => outcome === 'skipped');
}

/** Returns the sentence for a deploy that had nothing to do. */
export function idleSentence({ jobs }: DeployJson): string {
  if (jobs.length === 0) return 'nothing to do: no job of the selection is placed on a worker';
  const what = jobs.length === 1 ? `job ${jobs[0]?.job} is` : `all ${jobs.length} jobs are`;
  return `nothing to do: ${what} deployed already`;
}

/** Returns the number of jobs by outcome, for example `2 deployed, 1 failed`. Outcomes have a fixed order. */
export function outcomeCounts(jobs: readonly JobJson[]): string {
  const outcomes = ['deployed', 'skipped', 'failed', 'blocked', 'cancelled'] as const;
  const numbers = outcomes.map((outcome) => ({
    outcome,
    number: jobs.filter((job) => job.outcome === outcome).length,
  }));
  const present = numbers.filter(({ number }) => number > 0).map(({ outcome, number }) => `${number} ${outcome}`);
  return present.length === 0 ? 'no jobs' : present.join(', ');
}

function headline(json: DeployJson): string {
  const verb = json.ok ? 'deploy finished' : 'deploy ended with failures';
  const stopped = json.reconcile.filter(({ outcome }) => outcome === 'stopped').length;
  const extra = stopped === 0 ? '' : `, ${count(stopped, 'allocation')} stopped`;
  const seq = json.update_seq === null ? '' : ` (update_seq ${json.update_seq})`;
  return `${verb} after ${durationText(json.duration_ms)}: ${outcomeCounts(json.jobs)}${extra}${seq}`;
}

function jobLines(jobs: readonly JobJson[]): string[] {
  const width = jobs.reduce((widest, { job }) => Math.max(widest, job.length), 0);
  return jobs.map((job) => `  ${job.job.padEnd(width)}  ${job.outcome.padEnd(9)}  ${whyText(job)}`.trimEnd());
}

/** Returns the reason for the outcome of a job in one line. For a deployed job, returns its duration. */
export function whyText({ outcome, reason, error, duration_ms }: JobJson): string {
  if (outcome === 'deployed') return durationText(duration_ms);
  return clip(oneLine(linesOf(error ?? reason ?? '')[0] ?? ''), LONGEST_WHY_CHARS);
}

function reconcileLine({ job, worker, outcome }: ReconcileJson): string {
  return `  ${job}@${worker}: ${reconcileText(outcome)}`;
}

/** Returns the outcome for an allocation that is no longer wanted, as text for people. */
export function reconcileText(outcome: ReconcileJson['outcome']): string {
  switch (outcome) {
    case 'stopped':
      return 'stopped';
    case 'forgotten':
      return 'forgotten, it never ran';
    case 'given-up':
      return 'not stopped, its worker could not be asked';
    case 'unknown':
      return 'perhaps not stopped, the connection was lost meanwhile';
    case 'failed':
      return 'could not be stopped';
    case 'cancelled':
      return 'not stopped, the run was cancelled';
  }
}

/**
 * Returns the reason of a failure, taken from the text of a command. The reason is the list of failures of a deploy, or
 * otherwise the last line.
 */
export function reasonIn(command: string, text: string): string {
  const lines = linesOf(text.trimEnd());
  const at = lines.lastIndexOf(DEPLOY_FAILED);
  const reason =
    at === -1 ? `maand ${command} failed: ${(lines.at(-1) ?? 'it gave no reason').trim()}` : lines.slice(at).join('\n');
  return clip(reason, LONGEST_REASON_CHARS);
}

function failureLines(failures: readonly string[]): string[] {
  return failures.length === 0 ? [] : [DEPLOY_FAILED, ...failures.map((failure) => hanging(failure, '    '))];
}
