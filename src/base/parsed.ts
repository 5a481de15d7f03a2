/** Defines the result of parsing one text: a value, or the reason why the text is refused. */

/** The value of a text, or the reason why the text is refused. The reason contains no position and no full stop. */
export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: string };

export function parsed<T>(value: T): Parsed<T> {
  return { ok: true, value };
}

export function refused(reason: string): Parsed<never> {
  return { ok: false, reason };
}
