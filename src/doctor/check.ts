/** The result of one check of `maand doctor`, and how several are collected. */

/** One thing that was looked at. */
export interface DoctorCheck {
  /** `this machine`, `SSH key`, `state`, or a worker. */
  readonly subject: string;
  readonly check: string;
  readonly outcome: 'ok' | 'warning' | 'failed' | 'skipped';
  /** The evidence: what was seen, or why it was not looked at. */
  readonly seen: string;
  /** What to do, exactly; only for warnings and failures. */
  readonly fix?: string;
}

/** For what is looked at once in a place. */
export function checksOf(subject: string) {
  const make =
    (outcome: DoctorCheck['outcome']) =>
    (check: string, seen: string, fix?: string): DoctorCheck => ({
      subject,
      check,
      outcome,
      seen,
      ...(fix === undefined ? {} : { fix }),
    });
  return { ok: make('ok'), warning: make('warning'), failed: make('failed'), skipped: make('skipped') };
}
