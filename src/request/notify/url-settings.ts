/** Reads settings that have the form `name=value&…` in a URL. */

import { type Parsed, parsed, refused } from '../../base/parsed.ts';
import { didYouMean } from '../../base/text/nearest-name.ts';
import { quoted } from '../../base/text/quote.ts';

/**
 * Reads settings and collects all problems, so that a refusal of a line lists all its problems. An unknown name is a problem.
 */
export class UrlSettings {
  readonly #values: URLSearchParams;
  readonly #reasons: string[] = [];

  constructor(values: URLSearchParams, names: readonly string[]) {
    this.#values = values;
    for (const name of new Set(values.keys())) {
      if (names.includes(name)) continue;
      const hint = didYouMean(name, names) ?? `there are: ${names.join(', ')}`;
      this.refuse(`unknown setting ${quoted(name)} (${hint})`);
    }
  }

  /** Returns the text. Returns undefined when the text is missing or blank. */
  text(name: string): string | undefined {
    const text = this.#values.get(name) ?? '';
    return text.trim() === '' ? undefined : text;
  }

  /** Returns true for each word that ParseBool of Go reads as true, and false for every other text. */
  flag(name: string): boolean {
    return isTrue(this.text(name));
  }

  webAddress(name: string): string | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const isWeb = URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
    if (!isWeb) this.refuse(`${name} must be a web address (got ${quoted(text)})`);
    return text;
  }

  refuse(reason: string): void {
    this.#reasons.push(reason);
  }

  finish<T>(value: T): Parsed<T> {
    return this.#reasons.length === 0 ? parsed(value) : refused(this.#reasons.join('; '));
  }
}

function isTrue(text: string | undefined): boolean {
  return text !== undefined && /^(1|t|T|true|TRUE|True)$/.test(text);
}

/** Returns only the scheme and the host, because the other parts may be secret. */
export function shownUrl(url: URL | undefined): string {
  if (!url) return 'a text that is not a URL';
  const rest = url.pathname.length > 1 || url.search !== '' || url.hash !== '' ? '/…' : '';
  return url.host === '' ? `${url.protocol}…` : `${url.protocol}//${url.host}${rest}`;
}

/** Decodes percent escapes. A text with an invalid percent escape is returned unchanged. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
