/**
 * Collects the errors and warnings of one file or one job folder as diagnostics, so that all errors and warnings are
 * reported together.
 */
import type { Diagnostic, DiagnosticCode, Place } from '../base/diagnostic.ts';
import type { Repair } from '../base/repair.ts';

export interface Finding {
  readonly message: string;
  readonly place?: Place;
  /** The code of this finding. Default: the code of the collection. */
  readonly code?: DiagnosticCode;
  readonly hint?: string | undefined;
  readonly repair?: Repair;
}

/** A collection of findings about one file or one job folder. */
export class Findings {
  readonly #code: DiagnosticCode;
  readonly #job: string | undefined;
  readonly #diagnostics: Diagnostic[];

  /** Creates a collection. `code` is the default code of its findings. */
  constructor(code: DiagnosticCode, job?: string, diagnostics: Diagnostic[] = []) {
    this.#code = code;
    this.#job = job;
    this.#diagnostics = diagnostics;
  }

  /**
   * Returns a view of this collection whose default code is `code`. Findings that are added to the view are in this
   * collection too.
   */
  as(code: DiagnosticCode): Findings {
    return new Findings(code, this.#job, this.#diagnostics);
  }

  error(finding: Finding): void {
    this.#add('error', finding);
  }

  warning(finding: Finding): void {
    this.#add('warning', finding);
  }

  get diagnostics(): readonly Diagnostic[] {
    return this.#diagnostics;
  }

  #add(severity: Diagnostic['severity'], { message, place, code = this.#code, hint, repair }: Finding): void {
    this.#diagnostics.push({
      severity,
      code,
      message,
      ...(place && { place }),
      ...(this.#job !== undefined && { job: this.#job }),
      ...(hint !== undefined && { hint }),
      ...(repair && { repair }),
    });
  }
}
