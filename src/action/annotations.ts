/** Findings and warnings → annotations; GitHub shows ten of a kind for a step, so the rest is counted. */
import * as core from '@actions/core';
import type { Diagnostic } from '../base/diagnostic.ts';
import { diagnosticText, errorsFirst } from '../report/diagnostic-text.ts';
import { print } from './print.ts';

const SHOWN_WARNINGS = 10;
/** One is kept for the sentence with which the step fails. */
const SHOWN_ERRORS = 9;

export class Annotations {
  #errors = 0;
  #warnings = 0;

  /** Errors first, each at its place in its file. What is one too many is printed, unless the log has it already. */
  add(diagnostics: readonly Diagnostic[], log: 'lacks them' | 'has them'): void {
    for (const diagnostic of errorsFirst(diagnostics)) {
      const { code, message, place, hint } = diagnostic;
      const text = hint === undefined ? message : `${message} (${hint})`;
      const properties = place ? { file: place.file, startLine: place.line, startColumn: place.column } : {};
      const shown = this.#annotate(diagnostic.severity, text, { title: code, ...properties });
      if (!shown && log === 'lacks them') print(diagnosticText(diagnostic));
    }
  }

  warn(message: string): void {
    if (!this.#annotate('warning', message, {})) print(`warning: ${message}`);
  }

  /** Says how many were not shown. */
  finish(): void {
    const errors = Math.max(0, this.#errors - SHOWN_ERRORS);
    const warnings = Math.max(0, this.#warnings - SHOWN_WARNINGS);
    if (errors + warnings === 0) return;
    core.notice(`${errors} more errors and ${warnings} more warnings are in the log and in the job summary`);
  }

  /** Whether there was room for it. */
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
