/**
 * Implements Go's `fmt.Sprintf`, `Sprint` and `Sprintln` for template values. As in Go, a mistake in a format is shown
 * in the output and never causes an error.
 */
import { encodeRune, runeAt } from './bytes.ts';
import { type Directive, PLAIN } from './directive.ts';
import { displayText, formatValue } from './format-value.ts';
import { type FormatPiece, simplePieces } from './simple-format.ts';
import { typeName, type Value } from './value.ts';

/** Joins operands as Go's `Sprint` does: with a space between two operands when neither is a string. */
export function sprint(operands: readonly Value[]): string {
  let text = '';
  operands.forEach((operand, index) => {
    const previous = operands[index - 1];
    const needsSpace = previous !== undefined && typeof previous !== 'string' && typeof operand !== 'string';
    text += (needsSpace ? ' ' : '') + displayText(operand);
  });
  return text;
}

/** Joins operands with spaces and adds a line break, as Go's `Sprintln` does. */
export const sprintln = (operands: readonly Value[]): string => `${operands.map(displayText).join(' ')}\n`;

/** Formats the operands by a format, as Go's `Sprintf` does. */
export function sprintf(format: string, operands: readonly Value[]): string {
  const pieces = simplePieces(format);
  return pieces ? fill(pieces, operands) : new Formatting(format, operands).run();
}

function fill(pieces: readonly FormatPiece[], operands: readonly Value[]): string {
  let filled = '';
  let next = 0;
  for (const { text, verb, directive } of pieces) {
    filled += text;
    if (verb === '') break;
    const operand = operands[next++];
    filled += operand === undefined ? missing(verb) : formatValue(operand, verb, directive);
  }
  return next < operands.length ? filled + extra(operands.slice(next)) : filled;
}

const missing = (verb: string): string => `%!${verb}(MISSING)`;

function extra(left: readonly Value[]): string {
  const named = left.map((operand) => (operand === null ? '<nil>' : `${typeName(operand)}=${displayText(operand)}`));
  return `%!(EXTRA ${named.join(', ')})`;
}

const LARGEST_WIDTH = 1e6;
const SHORTEST_INDEX = '[1]';

interface Flags {
  minus: boolean;
  plus: boolean;
  sharp: boolean;
  space: boolean;
  zero: boolean;
}

const FLAGS: Readonly<Record<string, keyof Flags>> = {
  '-': 'minus',
  '+': 'plus',
  '#': 'sharp',
  ' ': 'space',
  '0': 'zero',
};

/** Formats operands by any format, in one pass. Keeps the position in the format and the index of the next operand. */
class Formatting {
  readonly #format: string;
  readonly #operands: readonly Value[];
  #text = '';
  #at = 0;
  #next = 0;
  /** Whether the format contains an `[n]`. If so, unused operands are not a mistake. */
  #isReordered = false;
  #isGoodIndex = true;
  #isAfterIndex = false;

  constructor(format: string, operands: readonly Value[]) {
    this.#format = format;
    this.#operands = operands;
  }

  run(): string {
    while (this.#at < this.#format.length) {
      const percent = this.#format.indexOf('%', this.#at);
      const end = percent < 0 ? this.#format.length : percent;
      this.#text += this.#format.slice(this.#at, end);
      this.#at = end + 1;
      if (percent >= 0) this.#directive();
    }
    if (!this.#isReordered && this.#next < this.#operands.length) this.#text += extra(this.#operands.slice(this.#next));
    return this.#text;
  }

  #directive(): void {
    this.#isGoodIndex = true;
    this.#isAfterIndex = false;
    const flags = this.#flags();
    this.#index();
    const width = this.#width(flags);
    const precision = this.#precision();
    if (!this.#isAfterIndex) this.#index();
    if (this.#at >= this.#format.length) {
      this.#text += '%!(NOVERB)';
      return;
    }
    const { code, size } = runeAt(this.#format, this.#at);
    this.#at += size;
    this.#text += this.#verb(encodeRune(code), { ...PLAIN, ...flags, width, precision });
  }

  #flags(): Flags {
    const flags: Flags = { minus: false, plus: false, sharp: false, space: false, zero: false };
    for (; ; this.#at++) {
      const flag = FLAGS[this.#format[this.#at] ?? ''];
      if (!flag) return flags;
      flags[flag] = true;
    }
  }

  #width(flags: Flags): number | undefined {
    if (this.#format[this.#at] !== '*') {
      const width = this.#number();
      if (this.#isAfterIndex && width !== undefined) this.#isGoodIndex = false;
      return width;
    }
    this.#at++;
    this.#isAfterIndex = false;
    const width = this.#operandNumber();
    if (width === undefined) this.#text += '%!(BADWIDTH)';
    if (width === undefined || width >= 0) return width;
    flags.minus = true;
    flags.zero = false;
    return -width;
  }

  #precision(): number | undefined {
    if (this.#format[this.#at] !== '.' || this.#at + 1 >= this.#format.length) return undefined;
    this.#at++;
    if (this.#isAfterIndex) this.#isGoodIndex = false;
    this.#index();
    if (this.#format[this.#at] !== '*') return this.#number() ?? 0;
    this.#at++;
    this.#isAfterIndex = false;
    const precision = this.#operandNumber();
    if (precision !== undefined && precision >= 0) return precision;
    this.#text += '%!(BADPREC)';
    return undefined;
  }

  /**
   * Reads the digits at this position, or returns undefined. As in Go, the rest of the format is skipped after a number
   * that is too large.
   */
  #number(): number | undefined {
    let number: number | undefined;
    for (; this.#at < this.#format.length; this.#at++) {
      const digit = this.#format.charCodeAt(this.#at) - 0x30;
      if (digit < 0 || digit > 9) return number;
      if ((number ?? 0) > LARGEST_WIDTH) {
        this.#at = this.#format.length;
        return undefined;
      }
      number = (number ?? 0) * 10 + digit;
    }
    return number;
  }

  #operandNumber(): number | undefined {
    const operand = this.#operands[this.#next];
    if (operand === undefined) return undefined;
    this.#next++;
    const number = typeof operand === 'object' && operand?.kind === 'byte' ? operand.value : operand;
    return typeof number === 'number' && Math.abs(number) <= LARGEST_WIDTH ? number : undefined;
  }

  /** Reads `[n]`, which selects the next operand. */
  #index(): void {
    this.#isAfterIndex = false;
    if (this.#format[this.#at] !== '[') return;
    this.#isReordered = true;
    const isTooShort = this.#format.length - this.#at < SHORTEST_INDEX.length;
    const close = isTooShort ? -1 : this.#format.indexOf(']', this.#at);
    const written = this.#format.slice(this.#at + 1, close);
    this.#at = close < 0 ? this.#at + 1 : close + 1;
    this.#isAfterIndex = close >= 0 && /^[0-9]{1,7}$/.test(written);
    const index = this.#isAfterIndex ? Number(written) - 1 : -1;
    if (index >= 0 && index < this.#operands.length) this.#next = index;
    else this.#isGoodIndex = false;
  }

  #verb(verb: string, directive: Directive): string {
    if (verb === '%') return '%';
    if (!this.#isGoodIndex) return `%!${verb}(BADINDEX)`;
    const operand = this.#operands[this.#next];
    if (operand === undefined) return missing(verb);
    this.#next++;
    if (verb !== 'v' && verb !== 'w') return formatValue(operand, verb, directive);
    const { plus, sharp } = directive;
    return formatValue(operand, verb, { ...directive, plusV: plus, sharpV: sharp, plus: false, sharp: false });
  }
}
