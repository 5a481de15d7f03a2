/**
 * Turns findings and warnings into annotations. GitHub shows ten annotations of each severity per step, so the others are
 * only counted.
 */
import * as core from '@actions/core';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { diagnosticText, errorsFirst } from '../../report/diagnostic-text.ts';
import { print } from './print.ts';

const SHOWN_WARNINGS = 10;
/** GitHub shows ten errors. One of them is reserved for the message of the failed step. */
const SHOWN_ERRORS = 9;

export class Annotations {
  readonly #told = new Set<string>();
  #errors = 0;
  #warnings = 0;

  /**
   * Annotates the findings, errors first. Each finding is annotated once, at its place in the file. Findings above the limit
   * are printed, unless the log already has them.
   */
  add(diagnostics: readonly Diagnostic[], log: 'lacks them' | 'has them'): void {
    for (const diagnostic of errorsFirst(diagnostics).filter((one) => this.#isNew(one))) {
      const { code, message, place, hint } = diagnostic;
      const text = hint === undefined ? message : `${message} (${hint})`;
      const properties = place ? { file: place.file, startLine: place.line, startColumn: place.column } : {};
      const shown = this.#annotate(diagnostic.severity, text, { title: code, ...properties });
      if (!shown && log === 'lacks them') print(diagnosticText(diagnostic));
    }
  }

  /**
   * Returns false for a finding that was added before. A build reports its warnings while it runs, and again in its result.
   */
  #isNew({ severity, code, message, place }: Diagnostic): boolean {
    const key = JSON.stringify([severity, code, message, place]);
    if (this.#told.has(key)) return false;
    this.#told.add(key);
    return true;
  }

  warn(message: string): void {
    if (!this.#annotate('warning', message, {})) print(`warning: ${message}`);
  }

  /** Prints the number of findings that were not shown as annotations. */
  finish(): void {
    const errors = Math.max(0, this.#errors - SHOWN_ERRORS);
    const warnings = Math.max(0, this.#warnings - SHOWN_WARNINGS);
    if (errors + warnings === 0) return;
    const counts = [...counted(errors, 'error'), ...counted(warnings, 'warning')].join(' and ');
    core.notice(`${counts} ${errors + warnings === 1 ? 'is' : 'are'} in the log and in the job summary`);
  }

  /** Returns whether the finding was within the limit. */
  #annotate(severity: Diagnostic['severity'], text: string, properties: core.AnnotationProperties): boolean {
    switch (severity) {
      case 'error':
        if (++this.#errors > SHOWN_ERRORS) return false;
        core.error(text, properties);
        return true;
      case 'warning':
        if (++this.#warnings > SHOWN_WARNINGS) return false;
        core.warning(text, properties);
        return true;
    }
  }
}

function counted(count: number, word: string): string[] {
  return count === 0 ? [] : [`${count} more ${word}${count === 1 ? '' : 's'}`];
}
