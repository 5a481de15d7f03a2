/**
 * Keeps texts within a budget. Only the end of a long text is kept, because the reason of a failure is usually there. When
 * the budget for all texts is spent, only a short end of each further text is kept.
 */

export class TextBudget {
  readonly #limits: TextLimits;
  #spentChars = 0;

  constructor(limits: TextLimits) {
    this.#limits = limits;
  }

  /** Returns the text. When the text is too long, returns its end after a mark that gives the size of the missing part. */
  keep(text: string): string {
    const { eachChars, allChars, leastChars } = this.#limits;
    const room = Math.max(leastChars, Math.min(eachChars, allChars - this.#spentChars));
    const kept = keepEnd(text, room);
    this.#spentChars += kept.length;
    return kept;
  }

  /** Frees the budget of a kept text that is no longer needed. */
  release(kept: string): void {
    this.#spentChars -= kept.length;
  }
}

export interface TextLimits {
  readonly eachChars: number;
  readonly allChars: number;
  /** Characters of each text that are kept even when the budget is spent. */
  readonly leastChars: number;
}

/** Returns the end of a text. The returned part starts after a line break when one is near. */
export function keepEnd(text: string, mostChars: number): string {
  if (text.length <= mostChars) return text;
  const from = text.length - mostChars;
  const lineBreak = text.indexOf('\n', from);
  const start = lineBreak !== -1 && lineBreak - from < mostChars / 2 ? lineBreak + 1 : from;
  return `[${start} characters cut] …\n${text.slice(start)}`;
}
