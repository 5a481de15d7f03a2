/** Masks known secrets in texts for people, except in names and words that must stay readable. */
import { FormFinder, SHORTEST_FORM, type Span } from './form-finder.ts';
import { formsOf, linesOfSecret } from './secret-forms.ts';

const ARMOUR = /^-----(BEGIN|END) [A-Z0-9 ]+-----$/;

/** A secret that is not masked everywhere, because a reserved word equals or contains it. */
export interface Spared {
  /** The place where the secret is kept, e.g. its namespace and key. The value of the secret is not included. */
  readonly origin: string;
  /**
   * `equal`: a line of the secret equals a reserved word, and this line is never masked. `part`: the secret is part of
   * a reserved word. The secret is masked everywhere except inside that word.
   */
  readonly likeness: 'equal' | 'part';
}

/**
 * Masks known secrets in texts for people. Each line of a secret is masked, in every form in which programs write it.
 * Lines of fewer than 6 characters and the BEGIN and END lines of PEM are not masked, because masking them would make
 * logs unreadable. Reserved words are not masked either, because people and scripts must be able to read them.
 */
export class Masker {
  /**
   * Maps each known secret to the places where it is kept. With this map, repeated calls of `add` are cheap. Such calls
   * are frequent, because templates read a secret once for each worker and file.
   */
  readonly #secrets = new Map<string, { readonly origins: Set<string>; readonly isMaskable: boolean }>();
  readonly #reserved = new Set<string>();
  /**
   * All reserved words, one per line. A single search in this text shows whether a form is part of any reserved word.
   */
  #reservedLines = '';
  readonly #announced = new Set<string>();
  readonly #spared = new Map<string, Spared>();
  readonly #onForm: (form: string) => void;
  #hearSpared: ((spared: Spared) => void) | undefined;
  #finder = new FormFinder();
  /** Maps a form to the reserved words that contain it. */
  #names = new Map<string, readonly string[]>();

  /**
   * `onForm` is called once with each common form, so that the caller can register the form with a CI system. `onForm`
   * is never called with a form that equals or is part of a reserved word, because the CI system would mask that word.
   */
  constructor(onForm: (form: string) => void = () => {}) {
    this.#onForm = onForm;
  }

  /**
   * Registers a secret. Returns false when no line of the secret can be masked, e.g. because it is too short. `place`
   * says where the secret is kept, and becomes the `origin` of a `Spared`.
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

  /**
   * Reserves names and words. Reserved words stay readable, even when a secret equals a reserved word. The order of
   * registration does not matter.
   */
  reserve(words: Iterable<string>): void {
    const before = this.#reserved.size;
    for (const word of words) if (word.length >= SHORTEST_FORM) this.#reserved.add(word);
    if (this.#reserved.size === before) return;
    this.#reservedLines = [...this.#reserved].join('\n');
    this.#finder = new FormFinder();
    this.#names = new Map();
    for (const [secret, { origins }] of this.#secrets) for (const origin of origins) this.#learn(secret, origin);
  }

  /** Calls `hear` once for each secret that is not masked everywhere, including secrets that are already registered. */
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

  /** Returns the ranges of all secrets in the text. Overlapping secrets form one range. */
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

  /**
   * Registers a form. Returns `clear` when the form is registered and is not part of a reserved word, otherwise
   * `reserved`.
   */
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
   * Returns whether the form at `start` lies inside a complete reserved word of the text. Such a form reveals no more
   * than the word itself.
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
