/** The result of parsing one text: a value, or why there is none. */

/** What reading one text gives: its value, or the reason why it has none (whole words, no place, no full stop). */
export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: string };

export function parsed<T>(value: T): Parsed<T> {
  return { ok: true, value };
}

export function refused(reason: string): Parsed<never> {
  return { ok: false, reason };
}
