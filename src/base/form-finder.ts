/**
 * Finds all occurrences of many search texts in one text with the Wu-Manber algorithm. The search looks at a block of
 * three characters and skips the positions where no search text can begin. So the search takes little more time for
 * thousands of search texts than for one search text. A search text can be added without rebuilding the tables.
 */

/** The length in characters of the shortest text that can be found. */
export const SHORTEST_FORM = 6;
const BLOCK = 3;
const LONGEST_SKIP = SHORTEST_FORM - BLOCK + 1;
const TABLE_BITS = 18;

/** The characters from `start` up to, but not including, `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export class FormFinder {
  /**
   * Maps the hash of a block of three characters to the number of characters that the search may skip at that block.
   */
  readonly #skips = new Uint8Array(1 << TABLE_BITS).fill(LONGEST_SKIP);
  /** Maps the first six characters to the search texts that begin with them, the longest first. */
  readonly #forms = new Map<string, string[]>();
  readonly #known = new Set<string>();

  add(form: string): void {
    if (this.#known.has(form)) return;
    this.#known.add(form);
    const head = form.slice(0, SHORTEST_FORM);
    const others = this.#forms.get(head);
    if (others !== undefined) {
      const at = others.findIndex(({ length }) => length < form.length);
      others.splice(at === -1 ? others.length : at, 0, form);
      return;
    }
    this.#forms.set(head, [form]);
    for (let at = 0; at < LONGEST_SKIP; at++) {
      const block = blockAt(head, at);
      this.#skips[block] = Math.min(this.#skips[block] ?? 0, LONGEST_SKIP - 1 - at);
    }
  }

  /**
   * Returns the span of the longest accepted search text at each position. A search text is accepted when `accept`
   * returns true. Spans are in ascending order and may overlap.
   */
  find(text: string, accept: (form: string, start: number) => boolean): readonly Span[] {
    const spans: Span[] = [];
    const last = this.#known.size === 0 ? -1 : text.length - SHORTEST_FORM;
    for (let start = 0; start <= last; ) {
      const skip = this.#skips[blockAt(text, start + SHORTEST_FORM - BLOCK)] ?? 0;
      if (skip > 0) {
        start += skip;
        continue;
      }
      const candidates = this.#forms.get(text.slice(start, start + SHORTEST_FORM));
      const found = candidates?.find((form) => text.startsWith(form, start) && accept(form, start));
      if (found !== undefined) spans.push({ start, end: start + found.length });
      start++;
    }
    return spans;
  }
}

function blockAt(text: string, at: number): number {
  const mixed =
    Math.imul(text.charCodeAt(at), 0x9e3779b1) ^
    Math.imul(text.charCodeAt(at + 1), 0x85ebca6b) ^
    Math.imul(text.charCodeAt(at + 2), 0xc2b2ae35);
  return mixed >>> (32 - TABLE_BITS);
}
