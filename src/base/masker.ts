/** Masks known secrets in texts that people see, except in the names and words that they must be able to read. */
import { FormFinder, SHORTEST_FORM, type Span } from './form-finder.ts';
import { formsOf, linesOfSecret } from './secret-forms.ts';

const ARMOUR = /^-----(BEGIN|END) [A-Z0-9 ]+-----$/;

/** A secret that cannot be masked everywhere, because names or words of the records look like it. */
export interface Spared {
  /** Where the secret is kept, e.g. its namespace and key; never its value. */
  readonly origin: string;
  /**
   * `equal`: the secret equals such a name and is masked nowhere. `part`: it is a part of such a name and is masked
   * everywhere else.
   */
  readonly likeness: 'equal' | 'part';
}

/**
 * Masks known secrets in texts that people see. A value is recognised by each of its lines, in every form in which
 * programs write it. Lines under 6 characters and PEM armour are not masked, or every log would be unreadable. Reserved
 * words are not masked either: they are the names and the words of records that people and scripts must be able to
 * read.
 */
export class Masker {
  /** Every known value, and where it is kept. Templates read a secret once for each worker and file. */
  readonly #secrets = new Map<string, { readonly origins: Set<string>; readonly isMaskable: boolean }>();
  readonly #reserved = new Set<string>();
  /** All reserved words, one a line: a quick test whether a form is a part of any. */
  #reservedLines = '';
  readonly #announced = new Set<string>();
  readonly #spared = new Map<string, Spared>();
  readonly #onForm: (form: string) => void;
  #hearSpared: ((spared: Spared) => void) | undefined;
  #finder = new FormFinder();
  /** Form → reserved words that it is a part of. */
  #names = new Map<string, readonly string[]>();

  /**
   * `onForm` is called once with every common form, to tell it to a CI system; never with a form whose masking would
   * damage reserved words.
   */
  constructor(onForm: (form: string) => void = () => {}) {
    this.#onForm = onForm;
  }

  /**
   * Registers a value. Returns false when it is too short to be masked. `place`: where the value is kept, for `Spared`.
   */
  add(secret: string, place?: string): boolean {
    const known = this.#secrets.get(secret);
    if (known !== undefined && (place === undefined || known.origins.has(place))) return known.isMaskable;
    const origin = place ?? 'a secret that this run was given';
    const lines = linesOfSecret(secret).filter(isMaskable);
    const origins = known?.origins.add(origin) ?? new Set([origin]);
    this.#secrets.set(secret, { origins, isMaskable: lines.length > 0 });
    this.#learn(secret, origin);
    return lines.length > 0;
  }

  /** Reserves names and words, which stay readable whatever secrets are registered before or after. */
  reserve(words: Iterable<string>): void {
    const before = this.#reserved.size;
    for (const word of words) if (word.length >= SHORTEST_FORM) this.#reserved.add(word);
    if (this.#reserved.size === before) return;
    this.#reservedLines = [...this.#reserved].join('\n');
    this.#finder = new FormFinder();
    this.#names = new Map();
    for (const [secret, { origins }] of this.#secrets) for (const origin of origins) this.#learn(secret, origin);
  }

  /** Calls `hear` once for every secret that reserved words spare, including those that are already registered. */
  onSpared(hear: (spared: Spared) => void): void {
    this.#hearSpared = hear;
    for (const spared of this.#spared.values()) hear(spared);
  }

  mask(text: string): string {
    let shown = '';
    let copied = 0;
    for (const { start, end } of this.#ranges(text)) {
      shown += `${text.slice(copied, start)}***`;
      copied = end;
    }
    return copied === 0 ? text : shown + text.slice(copied);
  }

  /** Returns the ranges of all secrets in the text; secrets that overlap make one range. */
  #ranges(text: string): readonly Span[] {
    const ranges: Span[] = [];
    for (const span of this.#finder.find(text, (form, start) => !this.#isInName(form, start, text))) {
      const open = ranges.at(-1);
      if (open === undefined || span.start >= open.end) ranges.push(span);
      else if (span.end > open.end) ranges[ranges.length - 1] = { start: open.start, end: span.end };
    }
    return ranges;
  }

  #learn(secret: string, origin: string): void {
    const lines = linesOfSecret(secret).filter(isMaskable);
    if (lines.length === 0) return;
    const taken = lines.filter((line) => this.#reserved.has(line));
    if (taken.length > 0) this.#spare('equal', origin);
    const texts = [...lines, secret, secret.trim()].filter((text) => !taken.includes(text.trim()));
    for (const text of new Set(texts)) {
      const { common, further } = formsOf(text);
      for (const form of common) if (this.#learnForm(form, origin) === 'clear') this.#announce(form);
      for (const form of further) this.#learnForm(form, origin);
    }
  }

  /** Registers a form. `clear`: it is not a part of any reserved word. */
  #learnForm(form: string, origin: string): 'clear' | 'reserved' {
    if (!isMaskable(form) || this.#reserved.has(form)) return 'reserved';
    this.#finder.add(form);
    const names = this.#namesWith(form);
    if (names.length === 0) return 'clear';
    this.#names.set(form, names);
    this.#spare('part', origin);
    return 'reserved';
  }

  #announce(form: string): void {
    if (this.#announced.has(form)) return;
    this.#announced.add(form);
    this.#onForm(form);
  }

  #namesWith(form: string): readonly string[] {
    if (!this.#reservedLines.includes(form)) return [];
    return [...this.#reserved].filter((word) => word.length > form.length && word.includes(form));
  }

  #spare(likeness: Spared['likeness'], origin: string): void {
    if (this.#spared.has(origin)) return;
    const spared = { origin, likeness };
    this.#spared.set(origin, spared);
    this.#hearSpared?.(spared);
  }

  /**
   * Whether the form at `start` is a part of a whole reserved word. Then it reveals nothing that the word does not
   * reveal.
   */
  #isInName(form: string, start: number, text: string): boolean {
    const names = this.#names.get(form) ?? [];
    return names.some((name) => offsetsOf(form, name).some((offset) => isWholeWord(text, name, start - offset)));
  }
}

function offsetsOf(part: string, whole: string): number[] {
  const offsets: number[] = [];
  for (let at = whole.indexOf(part); at !== -1; at = whole.indexOf(part, at + 1)) offsets.push(at);
  return offsets;
}

const WORD_SIGN = /[A-Za-z0-9_]/;

function isWholeWord(text: string, word: string, at: number): boolean {
  if (at < 0 || !text.startsWith(word, at)) return false;
  return !WORD_SIGN.test(text[at - 1] ?? ' ') && !WORD_SIGN.test(text[at + word.length] ?? ' ');
}

function isMaskable(text: string): boolean {
  return text.length >= SHORTEST_FORM && !ARMOUR.test(text);
}
