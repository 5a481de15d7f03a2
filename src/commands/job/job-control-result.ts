/** Makes the result of `maand job`: JSON, text and summary. */
import type { WordingOf } from '../../base/free-text.ts';
import { HOOK_WORDING } from '../../events/event-wording.ts';
import type { HookRecord } from '../../events/hook-record.ts';
import { durationText } from '../../report/duration.ts';
import { codeBlock, details, fitSummary, plain, table } from '../../report/markdown/markdown-parts.ts';
import { tableText } from '../../report/table.ts';
import type { ControlledJob } from '../../rollout/by-hand/control-job.ts';
import type { WorkerEnd } from '../../rollout/lifecycle.ts';
import { type CommandResult, resultOf, type Shown } from '../../session/face.ts';
import { hookRecordJson } from '../hook-json.ts';

/** How a script on a worker ended. The problem is given only as a sentence. */
export type ToldEnd = Omit<WorkerEnd, 'problem'>;

export const TOLD_END_WORDING: WordingOf<ToldEnd> = {
  worker: 'name',
  stdout: 'text',
  stderr: 'text',
  message: 'text',
};

export function toldEnd({ problem: _problem, ...told }: WorkerEnd): ToldEnd {
  return told;
}

type ToldJob = Omit<ControlledJob, 'workers'> & { readonly workers: readonly ToldEnd[] };

/**
 * Makes the result for people and scripts. `records` must not contain hooks of health checks, because those run many times.
 */
export function controlResult(
  target: string,
  jobs: readonly ControlledJob[],
  records: readonly HookRecord[],
): CommandResult {
  return resultOf({
    exitCode: failedOf(jobs).length === 0 ? 0 : 1,
    data: { target, jobs: jobs.map(toldJob), hooks: records.filter(({ event }) => event === 'job_control') },
    wording: {
      target: 'name',
      jobs: { job: 'name', reason: 'text', error: 'text', workers: TOLD_END_WORDING },
      hooks: HOOK_WORDING,
    },
    show: showControlled,
  });
}

interface Controlled {
  readonly target: string;
  readonly jobs: readonly ToldJob[];
  readonly hooks: readonly HookRecord[];
}

function toldJob({ workers, ...job }: ControlledJob): ToldJob {
  return { ...job, workers: workers.map(toldEnd) };
}

function failedOf<T extends Pick<ControlledJob, 'outcome'>>(jobs: readonly T[]): readonly T[] {
  return jobs.filter(({ outcome }) => outcome === 'failed' || outcome === 'cancelled');
}

function showControlled({ target, jobs, hooks }: Controlled): Shown {
  const failed = failedOf(jobs);
  const errors = failed.map(({ job, error }) => `job ${job} ${error}`);
  return {
    json: {
      ok: failed.length === 0,
      target,
      jobs: jobs.map(({ workers, ...job }) => ({ ...job, workers: workers.map(workerEndJson) })),
      hooks: hooks.map(hookRecordJson),
    },
    text: `${tableText(COLUMNS, rowsOf(jobs, hooks))}${errors.map((error) => `${error}\n`).join('')}`,
    summary: fitSummary([
      `## maand job ${plain(target)}: ${failed.length === 0 ? 'done' : 'failed'}\n\n`,
      table(
        COLUMNS,
        rowsOf(jobs, hooks).map((row) => row.map(plain)),
      ),
      ...errors.map((error) => `**${plain(error)}**\n\n`),
      ...jobs.flatMap(({ job, workers }) => workers.map((end) => outputSection(job, end))),
    ]),
    outputs: { 'failed-jobs': failed.map(({ job }) => job) },
  };
}

/** Returns how a script on a worker ended, as `--json` shows it. */
export function workerEndJson({ worker, outcome, exitCode, stdout, stderr, durationMs, message }: ToldEnd) {
  return {
    worker,
    outcome,
    stdout,
    stderr,
    ...(exitCode === undefined ? {} : { exit_code: exitCode }),
    duration_ms: Math.round(durationMs),
    ...(message === undefined ? {} : { error: message }),
  };
}

/** Returns `ok`, `exit 3`, `timed out`, `failed` or `cancelled`. */
export function endText({ outcome, exitCode }: Pick<ToldEnd, 'outcome' | 'exitCode'>): string {
  if (outcome === 'succeeded') return 'ok';
  if (outcome === 'failed' && exitCode !== undefined) return `exit ${exitCode}`;
  return outcome.replace('-', ' ');
}

/** Returns a folded section of Markdown, or an empty string when the worker printed nothing. */
export function outputSection(job: string, { worker, stdout, stderr }: ToldEnd): string {
  const text = [stdout, stderr].filter((part) => part.trim() !== '').join('\n');
  return text === '' ? '' : details([job, worker].filter((part) => part !== '').join('@'), codeBlock(text));
}

const COLUMNS = ['job', 'worker', 'result', 'time'];

function rowsOf(jobs: readonly ToldJob[], hooks: readonly HookRecord[]): string[][] {
  return jobs.flatMap(({ job, outcome, reason, workers }) => {
    if (outcome === 'skipped') return [[job, '-', `nothing to do: ${reason}`, '']];
    const made = workers.map((end) => [job, end.worker, endText(end), durationText(end.durationMs)]);
    const hooked = hooks
      .filter((record) => record.job === job)
      .map(({ worker, hook, exitCode, durationMs }) => [
        job,
        worker,
        `${hook} ${exitCode === 0 ? 'ok' : `exit ${exitCode}`}`,
        durationText(durationMs),
      ]);
    return [...made, ...hooked];
  });
}
