/**
 * The log of the action. It prints a sentence when an event happens. The output of hooks and make targets is held back until
 * their phase ends on that worker, then shown as one group. Without this, the output of workers that run at the same time
 * would mix.
 */
import * as core from '@actions/core';
import type { RolloutEvent } from '../../events/rollout-event.ts';
import { logLines } from '../../report/log/log-line.ts';
import { hookText, Narrator, shellHookText } from '../../report/log/narrator.ts';
import { speaker, streamMark } from '../../report/log/output-line.ts';
import { phaseText } from '../../report/phase-tally.ts';
import type { LogFormat } from '../../request/make-request.ts';
import { HeldOutput, type Speaker } from './held-output.ts';
import { print } from './print.ts';

export interface ActionLogOptions {
  readonly detail: 'compact' | 'all';
  readonly logFormat: LogFormat;
  /** Value of the field `maand` in structured lines. */
  readonly command: string;
  /** Is called for each warning. Each warning becomes an annotation. */
  readonly onWarning: (message: string) => void;
}

export class ActionLog {
  readonly #options: ActionLogOptions;
  readonly #narrator: Narrator;
  readonly #held = new HeldOutput();

  constructor(options: ActionLogOptions) {
    this.#options = options;
    this.#narrator = new Narrator({ detail: options.detail });
  }

  emit(event: RolloutEvent): void {
    const { logFormat, command, onWarning } = this.#options;
    if (event.type === 'noticed' && event.level === 'warning') onWarning(event.message);
    else if (logFormat === 'text') this.#tell(event);
    else this.#print(logLines(event, { command, nowMs: Date.now() }, logFormat));
  }

  #print(lines: readonly string[]): void {
    for (const line of lines) print(line.replaceAll('##[', '##\\u005b')); // the escaped line is still valid JSON
  }

  /** Shows the lines that are still held back. It is called for a run that ends in the middle of a phase. */
  flush(): void {
    for (const one of this.#held.speakers()) this.#showHeld(one, `${nameOf(one)}: output`, 'folded');
  }

  #tell(event: RolloutEvent): void {
    if (event.type === 'output') {
      if (this.#held.add(event) === 'full') this.#showHeld(event, `${nameOf(event)}: output so far`, 'folded');
      return;
    }
    if (this.#tellShellHook(event)) return;
    const shown = this.#showOutputOf(event);
    for (const { text } of this.#narrator.tell(event)) if (text !== shown) print(text);
  }

  /**
   * Shows the lines of a shell hook in a group while the hook runs, because nothing else runs then. Returns false for other
   * events.
   */
  #tellShellHook(event: RolloutEvent): boolean {
    if (event.type === 'shell-hook-started') core.startGroup(`${event.hook} hook`);
    else if (event.type === 'shell-hook-output') print(`${streamMark(event.stream)} ${event.line}`);
    else if (event.type === 'shell-hook-finished') {
      core.endGroup();
      print(shellHookText(event.record));
    } else return false;
    return true;
  }

  /**
   * Shows the held output that belongs to the event. Returns the title of the group, or undefined when no group was shown.
   * The output of health hooks is held until their phase ends, because these hooks run many times.
   */
  #showOutputOf(event: RolloutEvent): string | undefined {
    if (event.type === 'hook-finished' && event.record.event !== 'health_check') {
      const { record } = event;
      return this.#showHeld(record, hookText(record), record.exitCode === 0 ? 'folded' : 'open');
    }
    if (event.type !== 'phase-finished') return undefined;
    const { job, worker, outcome } = event;
    const view = outcome === 'succeeded' ? 'folded' : 'open';
    if (worker !== undefined) return this.#showHeld({ job, worker }, phaseText(event), view);
    for (const one of this.#held.speakers().filter((held) => held.job === job)) {
      this.#showHeld(one, `${nameOf(one)}: ${event.phase}`, view);
    }
    return undefined;
  }

  /** Shows held lines. The output of a failure is not folded, so the user sees it immediately. */
  #showHeld(one: Speaker, title: string, view: 'folded' | 'open'): string | undefined {
    const lines = this.#held.take(one);
    if (lines.length === 0) return undefined;
    if (view === 'folded') core.startGroup(title);
    else print(title);
    for (const line of lines) print(line);
    if (view === 'folded') core.endGroup();
    return title;
  }
}

function nameOf({ job, worker }: Speaker): string {
  return speaker(job, worker);
}
