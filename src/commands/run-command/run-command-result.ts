/** Makes the result of `maand run_command`: JSON, text and summary. */
import { durationText } from '../../report/duration.ts';
import { fitSummary, plain, table } from '../../report/markdown/markdown-parts.ts';
import { tableText } from '../../report/table.ts';
import { type CommandResult, resultOf, type Shown } from '../../session/face.ts';
import { endText, outputSection, TOLD_END_WORDING, type ToldEnd, workerEndJson } from '../job/job-control-result.ts';

export interface CommandRun {
  /** Chosen workers, in the order of the run. */
  readonly workers: readonly string[];
  /** How the script ended on each worker on which it was started. */
  readonly ends: readonly ToldEnd[];
  readonly unhealthy: string | undefined;
}

/** Makes the result. The exit code is 1 when the script failed on a worker, or was not started there. */
export function runCommandResult(data: CommandRun): CommandResult {
  const { workers, ends, unhealthy } = data;
  const ok =
    unhealthy === undefined && ends.every((end) => errorOf(end) === undefined) && ends.length === workers.length;
  return resultOf({
    exitCode: ok ? 0 : 1,
    data,
    wording: { workers: 'name', ends: TOLD_END_WORDING, unhealthy: 'text' },
    show: showEnds,
  });
}

function showEnds({ workers, ends, unhealthy }: CommandRun): Shown {
  const byHost = new Map(ends.map((end) => [end.worker, end]));
  const skipped = workers.filter((host) => !byHost.has(host));
  const errors = [...ends.flatMap((end) => errorOf(end) ?? []), ...(unhealthy === undefined ? [] : [unhealthy])];
  const rows = workers.map((host) => rowOf(host, byHost.get(host)));
  const ok = errors.length === 0 && skipped.length === 0;
  return {
    json: { ok, workers: ends.map(workerEndJson), skipped, errors },
    text: `${tableText(COLUMNS, rows)}${errors.map((error) => `${error}\n`).join('')}`,
    summary: fitSummary([
      `## maand run\\_command: ${ok ? 'done' : 'failed'}\n\n`,
      table(
        COLUMNS,
        rows.map((row) => row.map(plain)),
      ),
      ...errors.map((error) => `**${plain(error)}**\n\n`),
      ...ends.map((end) => outputSection('', end)),
    ]),
    outputs: { hosts: ends.map(({ worker }) => worker) },
  };
}

const COLUMNS = ['worker', 'result', 'time'];

function rowOf(host: string, end: ToldEnd | undefined): string[] {
  return end === undefined ? [host, 'not run', ''] : [host, endText(end), durationText(end.durationMs)];
}

function errorOf({ worker, exitCode, outcome, message }: ToldEnd): string | undefined {
  if (message === undefined) return undefined;
  return outcome === 'failed' && exitCode !== undefined ? `worker ${worker}: exit ${exitCode}` : message;
}
