/**
 * Turns events into sentences for terminals and logs. The number of lines stays small even with many workers. Output lines of
 * hooks are handled elsewhere.
 */
import type { HookRecord, ShellHookRecord } from '../../events/hook-record.ts';
import type { RolloutEvent } from '../../events/rollout-event.ts';
import { durationText } from '../duration.ts';
import { PhaseTally, phaseText } from '../phase-tally.ts';
import { countsText } from '../plan-text.ts';
import { speaker } from './output-line.ts';
import { count, hanging, nameSome } from './phrases.ts';

export type Tone = 'heading' | 'plain' | 'good' | 'bad' | 'warning' | 'faint';

export interface Sentence {
  readonly tone: Tone;
  readonly text: string;
}

const NAMES_SHOWN = 8;
const PROBLEMS_SHOWN = 3;

export interface NarratorOptions {
  /** With `all`, every worker and every promote has its own line. */
  readonly detail: 'compact' | 'all';
}

export class Narrator {
  readonly #detail: NarratorOptions['detail'];
  readonly #phases = new PhaseTally();
  readonly #lastProblems = new Map<string, string>();

  constructor({ detail }: NarratorOptions) {
    this.#detail = detail;
  }

  /** Returns the sentences to show now. Many events return no sentence. */
  tell(event: RolloutEvent): Sentence[] {
    switch (event.type) {
      case 'plan-made':
        return [{ tone: 'plain', text: planSentence(event) }];
      case 'wave-started':
        return [{ tone: 'heading', text: `wave ${event.seq}: ${nameSome(event.jobs, NAMES_SHOWN)}` }];
      case 'job-started':
        return this.#inDetail(`${event.job}: started`);
      case 'batch-started':
        return [{ tone: 'plain', text: batchSentence(event) }];
      case 'phase-started':
        this.#phases.start(event);
        return [];
      case 'phase-finished':
        return this.#tellPhase(event);
      case 'hook-finished':
        return this.#tellHook(event.record);
      case 'shell-hook-started':
        return [{ tone: 'heading', text: `${event.hook} hook` }];
      case 'shell-hook-finished':
        return [{ tone: event.record.problem === undefined ? 'good' : 'bad', text: shellHookText(event.record) }];
      case 'health-retried':
        return this.#tellRetry(event);
      case 'allocation-promoted':
        return this.#inDetail(`${speaker(event.job, event.worker)}: promoted to version ${event.version}`);
      case 'job-finished':
        return [...this.#closePhases(event.job), jobSentence(event)];
      case 'reconciled':
        return [{ tone: 'good', text: reconciledText(event) }];
      case 'reconcile-failed':
        return reconcileFailure(event);
      case 'noticed':
        return [noticeSentence(event)];
      case 'output':
      case 'shell-hook-output':
        return [];
    }
  }

  #inDetail(text: string): Sentence[] {
    return this.#detail === 'all' ? [{ tone: 'faint', text }] : [];
  }

  #tellPhase(event: Extract<RolloutEvent, { type: 'phase-finished' }>): Sentence[] {
    const tone = event.outcome === 'succeeded' ? 'faint' : 'bad';
    const text = this.#phases.finish(event);
    if (this.#detail === 'all') return [{ tone, text: phaseText(event) }];
    return text === undefined ? [] : [{ tone, text }];
  }

  #closePhases(job: string): Sentence[] {
    this.#lastProblems.delete(job);
    const texts = this.#phases.closeJob(job);
    return this.#detail === 'all' ? [] : texts.map((text) => ({ tone: 'faint', text }));
  }

  /**
   * Reports a hook that failed, and a successful hook of the event `cli`. Other hooks, and hooks of health checks, are
   * reported only with `detail: 'all'`.
   */
  #tellHook(record: HookRecord): Sentence[] {
    const text = hookText(record);
    if (record.exitCode !== 0) return record.event === 'health_check' ? this.#inDetail(text) : [{ tone: 'bad', text }];
    return record.event === 'cli' ? [{ tone: 'good', text }] : this.#inDetail(text);
  }

  /** Reports a repeated health check. A check with the same problems as the previous one is not reported. */
  #tellRetry({ job, attempt, attempts, problems }: Extract<RolloutEvent, { type: 'health-retried' }>): Sentence[] {
    const found = problems.join('\n');
    if (this.#lastProblems.get(job) === found && this.#detail === 'compact') return [];
    this.#lastProblems.set(job, found);
    const more = problems.length > PROBLEMS_SHOWN ? `; and ${problems.length - PROBLEMS_SHOWN} more` : '';
    const shown = problems
      .slice(0, PROBLEMS_SHOWN)
      .map((problem) => hanging(problem, '  '))
      .join('; ');
    return [{ tone: 'plain', text: `${job}: not healthy yet (attempt ${attempt} of ${attempts}): ${shown}${more}` }];
  }
}

function planSentence({ plan }: Extract<RolloutEvent, { type: 'plan-made' }>): string {
  const jobs = plan.waves.flatMap((wave) => wave.jobs);
  const required = jobs.filter((job) => job.required);
  const steps = required.flatMap((job) => job.steps).filter(({ action }) => action !== 'skip');
  const unwanted =
    plan.reconcile.length === 0 ? '' : `, ${count(plan.reconcile.length, 'allocation')} no longer wanted`;
  if (!plan.required) return `plan: nothing to do for ${count(jobs.length, 'job')}`;
  return `plan: ${required.length} of ${count(jobs.length, 'job')} to deploy, ${count(steps.length, 'allocation')}${unwanted} (${countsText(plan)})`;
}

function batchSentence({
  job,
  action,
  index,
  count: batches,
  workers,
}: Extract<RolloutEvent, { type: 'batch-started' }>): string {
  const which = batches === 1 ? '' : `, batch ${index + 1} of ${batches}`;
  return `${job}: ${action}${which}: ${nameSome(workers, NAMES_SHOWN)}`;
}

/** Returns a sentence such as `api@10.0.0.1: hook hook_migrate (pre_deploy) failed (exit 3) after 1.2s`. */
export function hookText({ job, worker, hook, event, exitCode, durationMs }: HookRecord): string {
  const verdict = exitCode === 0 ? 'ok' : `failed (exit ${exitCode})`;
  return `${speaker(job, worker)}: hook ${hook} (${event}) ${verdict} after ${durationText(durationMs)}`;
}

/** Returns a sentence such as `before-deploy hook failed (exit 3) after 1.2s`. */
export function shellHookText({ hook, problem, durationMs }: ShellHookRecord): string {
  return `${hook} hook ${problem ?? 'ok'} after ${durationText(durationMs)}`;
}

function jobSentence({
  job,
  outcome,
  durationMs,
  reason,
  error,
}: Extract<RolloutEvent, { type: 'job-finished' }>): Sentence {
  const why = hanging(error ?? reason ?? '', '  ');
  switch (outcome) {
    case 'deployed':
      return { tone: 'good', text: `${job}: deployed after ${durationText(durationMs)}` };
    case 'skipped':
      return { tone: 'faint', text: `${job}: skipped (${why})` };
    case 'failed':
    case 'blocked':
    case 'cancelled':
      return { tone: 'bad', text: `${job}: ${outcome}: ${why}` };
  }
}

function reconciledText({ job, worker, outcome }: Extract<RolloutEvent, { type: 'reconciled' }>): string {
  return `${speaker(job, worker)}: ${outcome === 'forgotten' ? 'forgotten, it never ran' : 'stopped, no longer wanted'}`;
}

/** Returns no sentence for a warning, because one notice reports the warning for all jobs of the worker. */
function reconcileFailure({
  job,
  worker,
  severity,
  error,
}: Extract<RolloutEvent, { type: 'reconcile-failed' }>): Sentence[] {
  if (severity === 'warning') return [];
  return [{ tone: 'bad', text: `${speaker(job, worker)}: ${hanging(error, '  ')}` }];
}

function noticeSentence({ level, message }: Extract<RolloutEvent, { type: 'noticed' }>): Sentence {
  switch (level) {
    case 'info':
      return { tone: 'plain', text: hanging(message, '  ') };
    case 'warning':
      return { tone: 'warning', text: `warning: ${hanging(message, '  ')}` };
  }
}
