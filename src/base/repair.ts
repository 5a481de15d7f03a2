/** Defines automatic repairs: small edits of texts, and renamed files. */

/** A range of a text: `start` is the offset of the first character, `end` is the offset after the last character. */
export interface TextSpan {
  readonly start: number;
  readonly end: number;
}

export type TextEdit =
  /**
   * Replaces `span` with `parts`. A part that is a span inserts that range of the old text, after the edits inside the
   * range are applied.
   */
  | { readonly kind: 'replace'; readonly span: TextSpan; readonly parts: readonly (string | TextSpan)[] }
  /** Removes the entry with index `at` from a comma-separated list, together with one comma. */
  | { readonly kind: 'drop'; readonly list: TextSpan; readonly entries: readonly TextSpan[]; readonly at: number };

/** One repair. Paths are relative to the repository root. */
export interface Repair {
  /** A short description of the change for people, e.g. `commands -> hooks`. */
  readonly change: string;
  /** Edits of the file in which the problem was found. */
  readonly edits: readonly TextEdit[];
  readonly move?: { readonly from: string; readonly to: string };
}
