/** Turns texts of inputs and flags into typed values. Problems are collected, so that all of them are reported at once. */
import { Failure } from '../base/failure.ts';
import type { Parsed } from '../base/parsed.ts';
import { quoted } from '../base/text/quote.ts';
import { optionNamed } from './option-table.ts';

export interface NumberRange {
  readonly least: number;
  readonly most: number;
}

/**
 * Reads the values of one request. `nameOf` returns the name of an option for messages, for example `--jobs` or `input jobs`.
 */
export class Values {
  readonly #texts: ReadonlyMap<string, string>;
  readonly #nameOf: (name: string) => string;
  readonly #problems: string[] = [];

  constructor(texts: ReadonlyMap<string, string>, nameOf: (name: string) => string) {
    this.#texts = texts;
    this.#nameOf = nameOf;
  }

  /** Returns the text. Returns undefined when the text is missing or blank. */
  text(name: string): string | undefined {
    const text = this.#texts.get(name);
    return text === undefined || text.trim() === '' ? undefined : text;
  }

  /** Returns whether the user set the option. A flag with the value `false` counts as not set. */
  isGiven(name: string): boolean {
    const text = this.text(name)?.trim();
    return text !== undefined && !(optionNamed(name)?.kind === 'flag' && /^(false|False|FALSE)$/.test(text));
  }

  /** Reads a boolean in the spelling of YAML. */
  flag(name: string): boolean {
    const text = this.text(name)?.trim() ?? 'false';
    if (/^(true|True|TRUE)$/.test(text)) return true;
    if (!/^(false|False|FALSE)$/.test(text)) this.refuse(name, `must be true or false (got ${quoted(text)})`);
    return false;
  }

  /**
   * Splits the text at commas and line breaks. Duplicates are dropped; the first mention of an entry determines its position.
   */
  list(name: string): string[] {
    const entries = (this.text(name) ?? '').split(/[,\n]/).map((entry) => entry.trim());
    return [...new Set(entries.filter((entry) => entry !== ''))];
  }

  integer(name: string, { least, most }: NumberRange): number | undefined {
    const text = this.text(name)?.trim();
    if (text === undefined) return undefined;
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    this.refuse(name, `must be a whole number between ${least} and ${most} (got ${quoted(text)})`);
    return undefined;
  }

  choice<T extends string>(name: string, choices: readonly T[]): T | undefined {
    const text = this.text(name)?.trim();
    const choice = choices.find((one) => one === text);
    if (text !== undefined && choice === undefined)
      this.refuse(name, `must be ${choices.join(' or ')} (got ${quoted(text)})`);
    return choice;
  }

  parsed<T>(name: string, parse: (text: string) => Parsed<T>): T | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const result = parse(text);
    if (result.ok) return result.value;
    this.refuse(name, result.reason);
    return undefined;
  }

  /** Records a refusal. `reason` completes a sentence that starts with the name of the option. */
  refuse(name: string, reason: string): void {
    this.#problems.push(`${this.#nameOf(name)} ${reason}`);
  }

  /** Throws a `Failure` (exit code 2) with all refusals, if there are any. */
  requireSound(): void {
    if (this.#problems.length > 0) throw new Failure(this.#problems.join('\n'), { exitCode: 2 });
  }
}
