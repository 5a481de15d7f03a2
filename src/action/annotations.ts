/** Findings and warnings → annotations; GitHub shows ten of a kind for a step, so the rest is counted. */
import * as core from '@actions/core';
import type { Diagnostic } from '../base/diagnostic.ts';
import { errorsFirst } from '../report/diagnostic-text.ts';

const SHOWN_WARNINGS = 10;
/** One is kept for the sentence with which the step fails. */
const SHOWN_ERRORS = 9;

export class Annotations {
  readonly #print: (text: string) => void;
  #errors = 0;
  #warnings = 0;

  /** `print`: where texts go that are one too many. */
  constructor(print: (text: string) => void) {
    this.#print = print;
  }

  /** Errors first, each at its place in its file. */
  add(diagnostics: readonly Diagnostic[]): void {
    for (const { severity, code, message, place, hint } of errorsFirst(diagnostics)) {
      const text = hint === undefined ? message : `${message} (${hint})`;
      const properties = place ? { file: place.file, startLine: place.line, startColumn: place.column } : {};
      this.#annotate(severity, text, { title: code, ...properties });
    }
  }

  warn(message: string): void {
    this.#annotate('warning', message, {});
  }

  /** Says how many were not shown. */
  finish(): void {
    const errors = Math.max(0, this.#errors - SHOWN_ERRORS);
    const warnings = Math.max(0, this.#warnings - SHOWN_WARNINGS);
    if (errors + warnings === 0) return;
    core.notice(`${errors} more errors and ${warnings} more warnings are in the log and in the job summary`);
  }

  #annotate(severity: Diagnostic['severity'], text: string, properties: core.AnnotationProperties): void {
    switch (severity) {
      case 'error':
        if (++this.#errors <= SHOWN_ERRORS) core.error(text, properties);
        else this.#printOne(severity, text, properties);
        return;
      case 'warning':
        if (++this.#warnings <= SHOWN_WARNINGS) core.warning(text, properties);
        else this.#printOne(severity, text, properties);
    }
  }

  #printOne(severity: Diagnostic['severity'], text: string, properties: core.AnnotationProperties): void {
    const place =
      properties.file === undefined ? '' : `${properties.file}:${properties.startLine}:${properties.startColumn}: `;
    this.#print(`${place}${severity}: ${text}`);
  }
}
