/**
 * Reports a phase that runs on many workers at the same time in one line. The line appears after the last worker has finished
 * the phase.
 */
import type { Phase } from '../events/outcome.ts';
import type { RolloutEvent } from '../events/rollout-event.ts';
import { durationText } from './duration.ts';
import { speaker } from './log/output-line.ts';

type PhaseStarted = Extract<RolloutEvent, { type: 'phase-started' }>;
type PhaseFinished = Extract<RolloutEvent, { type: 'phase-finished' }>;

interface Tally {
  open: number;
  readonly succeeded: PhaseFinished[];
}

export class PhaseTally {
  readonly #tallies = new Map<string, Tally>();

  start({ job, phase }: PhaseStarted): void {
    this.#tally(job, phase).open++;
  }

  /**
   * Returns the line to show now, or undefined. A failure is shown immediately; successes are shown together at the end of
   * the phase.
   */
  finish(event: PhaseFinished): string | undefined {
    const { job, phase, outcome } = event;
    const tally = this.#tally(job, phase);
    tally.open = Math.max(0, tally.open - 1);
    if (outcome === 'succeeded') tally.succeeded.push(event);
    else return phaseText(event);
    return tally.open > 0 ? undefined : this.#close(job, phase);
  }

  /**
   * Closes the phases of a job that are still open. Returns one line for each such phase, about the workers that succeeded.
   */
  closeJob(job: string): string[] {
    const open = [...this.#tallies.keys()]
      .map((key) => JSON.parse(key) as [string, Phase])
      .filter(([name]) => name === job);
    return open.flatMap(([name, phase]) => this.#close(name, phase) ?? []);
  }

  #close(job: string, phase: Phase): string | undefined {
    const key = JSON.stringify([job, phase]);
    const { succeeded = [] } = this.#tallies.get(key) ?? {};
    this.#tallies.delete(key);
    const slowest = succeeded.reduce<PhaseFinished | undefined>(
      (a, b) => (a && a.durationMs >= b.durationMs ? a : b),
      undefined,
    );
    if (!slowest) return undefined;
    if (succeeded.length === 1) return phaseText(slowest);
    const what = `${slowest.action ?? phase} ok on ${succeeded.length} workers`;
    const who = job === '' ? '' : `${job}: `;
    return `${who}${what}, slowest ${slowest.worker ?? ''} ${durationText(slowest.durationMs)}`;
  }

  #tally(job: string, phase: Phase): Tally {
    const key = JSON.stringify([job, phase]);
    const known = this.#tallies.get(key);
    if (known) return known;
    const tally: Tally = { open: 0, succeeded: [] };
    this.#tallies.set(key, tally);
    return tally;
  }
}

/** Returns a sentence such as `api@10.0.0.1: restart failed (exit 2) after 1.3s`. */
export function phaseText({ job, worker, phase, action, outcome, durationMs, exitCode }: PhaseFinished): string {
  const exit = exitCode === undefined || exitCode === 0 ? '' : ` (exit ${exitCode})`;
  const verdict = outcome === 'succeeded' ? 'ok' : outcome.replace('-', ' ');
  return `${speaker(job, worker)}: ${action ?? phase} ${verdict}${exit} after ${durationText(durationMs)}`;
}
