/** Defines the result of one check of `maand doctor`, and collects several results. */

/** The result of one check. */
export interface DoctorCheck {
  /** The checked object: `this machine`, `SSH key`, `state`, or a worker. */
  readonly subject: string;
  readonly check: string;
  readonly outcome: 'ok' | 'warning' | 'failed' | 'skipped';
  /** The finding of the check, or the reason why the check did not run. */
  readonly seen: string;
  /** The exact steps that repair the problem. Set only for warnings and failures. */
  readonly fix?: string;
}

/** Returns functions that make check results for one subject. */
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
