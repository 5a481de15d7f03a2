/** UrlSettings written as `name=value&…` in a URL. */

import { type Parsed, parsed, refused } from '../../base/parsed.ts';
import { didYouMean } from '../../base/text/nearest-name.ts';
import { quoted } from '../../base/text/quote.ts';

/** Collects what is wrong, so that a line is refused with all of it. A name that nobody knows is a slip of the pen. */
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

  /** Blank is as good as absent. */
  text(name: string): string | undefined {
    const text = this.#values.get(name) ?? '';
    return text.trim() === '' ? undefined : text;
  }

  /** As Go's ParseBool reads it; anything else is false. */
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

/** Scheme and host; what else there is may be secret. */
export function shownUrl(url: URL | undefined): string {
  if (!url) return 'a text that is no URL';
  const rest = url.pathname.length > 1 || url.search !== '' || url.hash !== '' ? '/…' : '';
  return url.host === '' ? `${url.protocol}…` : `${url.protocol}//${url.host}${rest}`;
}

/** A stray percent sign stands for itself. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
