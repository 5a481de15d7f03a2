/** Describes the events and the records of an engine run, in lines that fit into a table. */
import type { RolloutEvent } from '../../src/events/rollout-event.ts';
import { stageOf } from '../../src/plan/allocation-stage.ts';
import { knownAllocation } from '../../src/rollout/known-allocation.ts';
import type { AllocationRecord } from '../../src/state/document.ts';
import type { Ledger } from '../../src/state/ledger.ts';

/** Returns a line for each event, except plans, starts of phases, and output. */
export function engineStory(events: readonly RolloutEvent[]): string[] {
  return inHostOrder(events.flatMap((event) => lineOf(event) ?? []));
}

/**
 * Sorts neighbouring lines that differ only in the host and in how its phase ended, because the workers of a batch run at
 * the same time.
 */
export function inHostOrder(lines: readonly string[]): string[] {
  const groups: string[][] = [];
  for (const line of lines) {
    const group = groups.at(-1);
    if (group !== undefined && withoutHost(group[0] ?? '') === withoutHost(line)) group.push(line);
    else groups.push([line]);
  }
  return groups.flatMap((group) => group.sort());
}

const withoutHost = (line: string): string =>
  line.replace(/\bw\d (?:succeeded|failed|timed-out|cancelled)$/, '').replace(/\bw\d\b/, '');

function lineOf(event: RolloutEvent): string | undefined {
  switch (event.type) {
    case 'wave-started':
      return `wave ${event.seq}: ${event.jobs.join(' ')}`;
    case 'batch-started':
      return `${event.action} batch ${event.index + 1}/${event.count}: ${event.workers.join(' ')}`;
    case 'phase-finished':
      return [event.phase, event.worker, event.outcome].filter((part) => part !== undefined).join(' ');
    case 'health-retried':
      return `health again after ${event.attempt}/${event.attempts}`;
    case 'allocation-promoted':
      return `${event.worker} promoted ${event.version}`;
    case 'job-finished':
      return ended(`${event.job} ${event.outcome}`, event.reason ?? event.error);
    case 'reconciled':
      return `${event.job}@${event.worker} ${event.outcome}`;
    case 'reconcile-failed':
      return ended(`${event.job}@${event.worker} ${event.outcome}`, event.error);
    case 'noticed':
      return ended(event.level, event.message);
    case 'plan-made':
    case 'job-started':
    case 'phase-started':
    case 'output':
    case 'hook-finished':
    case 'shell-hook-started':
    case 'shell-hook-output':
    case 'shell-hook-finished':
      return undefined;
  }
}

/** Removes make's own messages about a failed target. */
function ended(what: string, why: string | undefined): string {
  return why === undefined ? what : `${what}: ${why.replaceAll(/: make: \*\*\*[^\n;]*/g, '')}`;
}

/**
 * Returns a line for each `JOB@HOST`, such as `promoted 1.0.0`: the stage that the record proves, the version, and unfinished
 * work.
 */
export function recordsOf(ledger: Ledger): Record<string, string> {
  const lines = ledger.allocations.map(
    (record) => [`${record.job}@${record.host}`, lineOfRecord(ledger, record)] as const,
  );
  return Object.fromEntries(lines.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function lineOfRecord(ledger: Ledger, record: AllocationRecord): string {
  const { id, currentVersion, removed, repeat, delivered, applied, promoted } = record;
  const runs = (applied ?? promoted)?.hash;
  return [
    `${stageOf(knownAllocation({ ledger }, id))} ${currentVersion}`,
    ...(runs !== undefined && delivered !== undefined && runs !== delivered ? ['other files sent'] : []),
    ...(repeat ? ['to be repeated'] : []),
    ...(removed ? ['removed from the bucket'] : []),
  ].join(', ');
}
