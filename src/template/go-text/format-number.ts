/**
 * Formats numbers for a directive of `printf`. The functions return undefined when the verb is not valid for the kind
 * of number.
 */
import { encodeRune } from './bytes.ts';
import { type Directive, pad, padWithSpaces } from './directive.ts';
import { type FloatVerb, formatFloat } from './float-text.ts';
import type { Int } from './integer.ts';
import { quoteRune } from './quote.ts';
import { isPrintable } from './unicode.ts';
import type { Complex } from './value.ts';

const LAST_RUNE = 0x10ffff;
const REPLACEMENT_RUNE = 0xfffd;

/** A signed `int`, or a byte. `%#v` formats a byte in hexadecimal. */
export interface Integer {
  readonly value: Int;
  readonly isByte: boolean;
}

/** Formats an integer for the verbs `v d b o O x X c q U`. */
export function formatInteger(integer: Integer, verb: string, directive: Directive): string | undefined {
  const { value } = integer;
  switch (verb) {
    case 'v':
      return integer.isByte && directive.sharpV
        ? digitsText(value, 16, { ...directive, sharp: true })
        : digitsText(value, 10, directive);
    case 'd':
      return digitsText(value, 10, directive);
    case 'b':
      return digitsText(value, 2, directive);
    case 'o':
      return digitsText(value, 8, directive);
    case 'O':
      return digitsText(value, 'octal with its base', directive);
    case 'x':
      return digitsText(value, 16, directive);
    case 'X':
      return digitsText(value, 16, directive).toUpperCase();
    case 'c':
      return pad(encodeRune(runeOf(value)), directive);
    case 'q':
      return pad(quoteRune(runeOf(value), directive.plus ? 'ascii' : 'printable'), directive);
    case 'U':
      return unicodeText(value, directive);
    default:
      return undefined;
  }
}

type Radix = 2 | 8 | 10 | 16;

const runeOf = (value: Int): number => (value < 0 || value > LAST_RUNE ? REPLACEMENT_RUNE : Number(value));

function digitsText(value: Int, base: Radix | 'octal with its base', directive: Directive): string {
  const [radix, prefix] = base === 'octal with its base' ? ([8, '0o'] as const) : ([base, ''] as const);
  const { width, precision, plus, space, zero, minus } = directive;
  const sign = value < 0 ? '-' : plus ? '+' : space ? ' ' : '';
  if (precision === 0 && value === 0) return ' '.repeat(width ?? 0);
  const fill = precision ?? (zero && !minus && width ? width - sign.length : 0);
  const digits = (value < 0 ? -value : value).toString(radix).padStart(fill, '0');
  const marked = directive.sharp ? withBase(digits, radix) : digits;
  return padWithSpaces(sign + prefix + marked, directive);
}

function withBase(digits: string, radix: Radix): string {
  switch (radix) {
    case 2:
      return `0b${digits}`;
    case 8:
      return digits.startsWith('0') ? digits : `0${digits}`;
    case 10:
      return digits;
    case 16:
      return `0x${digits}`;
  }
}

function unicodeText(value: Int, directive: Directive): string {
  const wide = BigInt.asUintN(64, BigInt(value));
  const digits = wide
    .toString(16)
    .toUpperCase()
    .padStart(Math.max(4, directive.precision ?? 0), '0');
  const isShown = directive.sharp && wide <= LAST_RUNE && isPrintable(Number(wide));
  return padWithSpaces(`U+${digits}${isShown ? ` '${encodeRune(Number(wide))}'` : ''}`, directive);
}

interface FloatForm {
  readonly verb: FloatVerb;
  /** The precision when the directive has none; undefined means the shortest exact digits. */
  readonly precision: number | undefined;
}

const DEFAULT_PRECISION = 6;

function floatForm(verb: string): FloatForm | undefined {
  switch (verb) {
    case 'v':
      return { verb: 'g', precision: undefined };
    case 'b':
    case 'g':
    case 'G':
    case 'x':
    case 'X':
      return { verb, precision: undefined };
    case 'e':
    case 'E':
    case 'f':
      return { verb, precision: DEFAULT_PRECISION };
    case 'F':
      return { verb: 'f', precision: DEFAULT_PRECISION };
    default:
      return undefined;
  }
}

/** Formats a float for the verbs `v b g G x X e E f F`. */
export function formatFloatValue(value: number, verb: string, directive: Directive): string | undefined {
  const form = floatForm(verb);
  if (!form) return undefined;
  const precision = directive.precision ?? form.precision;
  const text = formatFloat(value, form.verb, precision);
  const size = text.replace(/^[+-]/, '');
  const sign = text.startsWith('-') ? '-' : directive.plus ? '+' : directive.space ? ' ' : '';
  const kept = directive.sharp && form.verb !== 'b' ? keepPoint(size, form.verb, precision) : size;
  const { width, zero, minus } = directive;
  if (sign !== '' && zero && !minus && width) return sign + kept.padStart(width - sign.length, '0');
  return pad(sign + kept, directive);
}

/** Implements the flag `#`: adds a decimal point, and the zeros at the end that `%g` omits. */
function keepPoint(size: string, verb: FloatVerb, precision: number | undefined): string {
  const isHex = verb === 'x' || verb === 'X';
  const tailAt = size.search(isHex ? /[pP]/ : /[eE]/);
  const number = tailAt < 0 ? size : size.slice(0, tailAt);
  const tail = tailAt < 0 ? '' : size.slice(tailAt);
  const keepsZeros = verb === 'g' || verb === 'G' || verb === 'x';
  const wanted = keepsZeros ? (precision ?? DEFAULT_PRECISION) : 0;
  const significant = number.replace('.', '').replace(/^0+/, '').length;
  const leadingZero = number === '0' ? 1 : 0;
  const pointed = number.includes('.') ? number : `${number}.`;
  return pointed + '0'.repeat(Math.max(0, wanted - significant - leadingZero)) + tail;
}

/** Formats both parts of a complex number with the same verb. The imaginary part always has a sign. */
export function formatComplex(value: Complex, verb: string, directive: Directive): string | undefined {
  const real = formatFloatValue(value.real, verb, directive);
  const imaginary = formatFloatValue(value.imaginary, verb, { ...directive, plus: true });
  return real === undefined || imaginary === undefined ? undefined : `(${real}${imaginary}i)`;
}
