/** How a finding can be put right without anybody thinking about it: small edits of texts, and files that get another name. */

/** Offsets in a text: of the first and behind the last character. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export type TextEdit =
  /** `parts` take the place of the span; a part that is a span is that piece of the old text, with the edits in it. */
  | { readonly kind: 'replace'; readonly span: Span; readonly parts: readonly (string | Span)[] }
  /** One entry of a list between commas goes, with the comma that it leaves over. */
  | { readonly kind: 'drop'; readonly list: Span; readonly entries: readonly Span[]; readonly at: number };

/** Paths are relative to the repository root. */
export interface Repair {
  /** What it does, for people: `commands -> hooks`. */
  readonly change: string;
  /** Of the file that the finding stands in. */
  readonly edits: readonly TextEdit[];
  readonly move?: { readonly from: string; readonly to: string };
}
