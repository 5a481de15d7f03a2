/** Defines repairs that a program can make by itself: small edits of texts, and renamed files. */

/** Offsets in a text: `start` is that of the first character, `end` is the one after the last character. */
export interface TextSpan {
  readonly start: number;
  readonly end: number;
}

export type TextEdit =
  /**
   * `parts` replace the span. A part that is a span itself stands for that piece of the old text, with the edits inside
   * it made.
   */
  | { readonly kind: 'replace'; readonly span: TextSpan; readonly parts: readonly (string | TextSpan)[] }
  /** Removes one entry of a list whose entries are separated by commas, together with one comma. */
  | { readonly kind: 'drop'; readonly list: TextSpan; readonly entries: readonly TextSpan[]; readonly at: number };

/** One repair. Paths are relative to the repository root. */
export interface Repair {
  /** The change in words for people, e.g. `commands -> hooks`. */
  readonly change: string;
  /** Edits of the file in which the problem was found. */
  readonly edits: readonly TextEdit[];
  readonly move?: { readonly from: string; readonly to: string };
}
