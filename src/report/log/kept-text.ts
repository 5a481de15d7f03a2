/**
 * Keeps texts within a budget: each is cut to its end, where the reason of a failure usually is, and when the budget of all of
 * them is spent only their last words are kept.
 */

export class TextBudget {
  readonly #limits: TextLimits;
  #spentChars = 0;

  constructor(limits: TextLimits) {
    this.#limits = limits;
  }

  /** The text, or its end behind a mark that says how much is missing. */
  keep(text: string): string {
    const { eachChars, allChars, leastChars } = this.#limits;
    const room = Math.max(leastChars, Math.min(eachChars, allChars - this.#spentChars));
    const kept = keepEnd(text, room);
    this.#spentChars += kept.length;
    return kept;
  }

  /** Gives back the room of a text that was kept and is no longer wanted. */
  release(kept: string): void {
    this.#spentChars -= kept.length;
  }
}

export interface TextLimits {
  readonly eachChars: number;
  readonly allChars: number;
  /** Kept of each even when the budget is spent. */
  readonly leastChars: number;
}

/** Cut at the front, at a line break where one is near. */
export function keepEnd(text: string, mostChars: number): string {
  if (text.length <= mostChars) return text;
  const from = text.length - mostChars;
  const lineBreak = text.indexOf('\n', from);
  const start = lineBreak !== -1 && lineBreak - from < mostChars / 2 ? lineBreak + 1 : from;
  return `[${start} characters cut] …\n${text.slice(start)}`;
}
