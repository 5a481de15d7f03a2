/** Takes known secrets out of texts that people see, and spares the names and words that they have to read. */
import { FormFinder, SHORTEST_FORM, type Span } from './form-finder.ts';
import { formsOf, linesOfSecret } from './secret-forms.ts';

const ARMOUR = /^-----(BEGIN|END) [A-Z0-9 ]+-----$/;

/** A secret that cannot be hidden everywhere, because names and words of the records look like it. */
export interface Spared {
  /** Where it is kept, e.g. its namespace and key; never its value. */
  readonly origin: string;
  /** `equal`: it is such a name and is masked nowhere. `part`: it is a part of one and is masked elsewhere. */
  readonly likeness: 'equal' | 'part';
}

/**
 * Takes known secrets out of texts that people see. A value is known by each of its lines, in every form in which programs write
 * it. Lines under 6 characters and PEM armour stay, or every log would be unreadable. Reserved words stay as well: they are the
 * names and the words of records that people and scripts have to read.
 */
export class Masker {
  /** Every value so far, and where it is kept. Templates read a secret once for each worker and file. */
  readonly #secrets = new Map<string, { readonly origins: Set<string>; readonly isMaskable: boolean }>();
  readonly #reserved = new Set<string>();
  /** All reserved words, a line each: a quick answer to whether a form is a part of any. */
  #reservedLines = '';
  readonly #announced = new Set<string>();
  readonly #spared = new Map<string, Spared>();
  readonly #onForm: (form: string) => void;
  #hearSpared: ((spared: Spared) => void) | undefined;
  #finder = new FormFinder();
  /** Form → reserved words that it is a part of. */
  #names = new Map<string, readonly string[]>();

  /** `onForm` hears every common form once, to tell a CI system; never one that reserved words would suffer from. */
  constructor(onForm: (form: string) => void = () => {}) {
    this.#onForm = onForm;
  }

  /** Makes a value known. Returns false when it is too short to be masked at all. `place`: where it is kept, for `Spared`. */
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

  /** Names and words that stay readable, whatever secrets are known or will be. */
  reserve(words: Iterable<string>): void {
    const before = this.#reserved.size;
    for (const word of words) if (word.length >= SHORTEST_FORM) this.#reserved.add(word);
    if (this.#reserved.size === before) return;
    this.#reservedLines = [...this.#reserved].join('\n');
    this.#finder = new FormFinder();
    this.#names = new Map();
    for (const [secret, { origins }] of this.#secrets) for (const origin of origins) this.#learn(secret, origin);
  }

  /** `hear` is told once of every secret that reserved words spare, those that are known already included. */
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

  /** Where secrets are; of secrets that overlap the union. */
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

  /** `clear`: no reserved word holds it. */
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

  /** Whether the form stands there as a part of a whole reserved word, which tells nothing that the word does not tell. */
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
